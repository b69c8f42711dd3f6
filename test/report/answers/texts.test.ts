import t from 'tap'

import type { NodeAnswer, PairPath } from '../../../src/model/api.ts'
import { historyText, toldText } from '../../../src/report/answers/history-text.ts'
import { lasting } from '../../../src/report/answers/lasting.ts'
import { nodesText } from '../../../src/report/answers/nodes-text.ts'
import { pathsText } from '../../../src/report/answers/pair-text.ts'
import type { Paint } from '../../../src/report/check-text.ts'
import { findingOf } from '../../aggregator/history/histories.ts'

const plain: Paint = (_, text) => text
const named: Paint = (tone, text) => `<${tone} ${text}>`

t.test('a time is told in two units at most', async (t) => {
  const minute = 60_000
  const told = [0, 4400, 59_400, 60_000, 150_000, 12.5 * minute, 125 * minute, 26 * 60 * minute, -5]
  t.strictSame(told.map(lasting), [
    '0 s',
    '4 s',
    '59 s',
    '1 min',
    '2 min 30 s',
    '12 min',
    '2 h 5 min',
    '1 d 2 h',
    '0 s',
  ])
})

t.test('nodes: what is unknown is not green, what fails is red', async (t) => {
  const node: NodeAnswer = {
    ...{ node: 'node-1', zone: '', cordoned: true, agent: 'silent', findings: ['f-1', 'f-2'] },
    ...{ to: { attempts: 10, failures: 10 }, from: { attempts: 0, failures: 0 } },
  }
  const other: NodeAnswer = { ...node, node: 'node-20', zone: 'a', cordoned: false, agent: 'heard', findings: [] }
  t.equal(
    nodesText({ nodes: [node, { ...other, from: { attempts: 9, failures: 0 } }] }, plain),
    [
      'NODE     ZONE  AGENT             FAILED TO IT  FAILED FROM IT  FINDINGS',
      'node-1   -     silent, cordoned  10 of 10      ?               f-1, f-2',
      'node-20  a     heard             10 of 10      0 of 9',
      '',
    ].join('\n'),
  )
  const painted = nodesText({ nodes: [node] }, named)
  for (const mark of ['<bad silent, cordoned>', '<bad 10 of 10>', '<quiet ?>']) t.match(painted, mark)
  t.equal(nodesText({ nodes: [] }, plain), 'no nodes are known\n')
})

t.test('pairs: both ways, each with what is known of it', async (t) => {
  const path: PairPath = {
    ...{ check: 'peer_tcp', source: 'a', target: 'b', attempts: 3, failures: 1, reasons: { timeout: 1 } },
    ...{ p50Ms: 0.42, p99Ms: 12.4, ageSeconds: 3.6 },
  }
  const { p50Ms: _p50, p99Ms: _p99, ...bare } = path
  const back: PairPath = { ...bare, source: 'b', target: 'a', attempts: 0, failures: 0, reasons: {} }
  t.equal(
    pathsText([path, back, { ...path, check: 'dns_replica', variant: 'external' }], plain),
    [
      'PATH   CHECK                 FAILED  P50     P99    LAST     REASONS',
      'a → b  peer_tcp              1 of 3  0.4 ms  12 ms  4 s ago  timeout:1',
      'a → b  dns_replica external  1 of 3  0.4 ms  12 ms  4 s ago  timeout:1',
      'b → a  peer_tcp              ?       -       -      4 s ago',
      '',
    ].join('\n'),
  )
  t.match(pathsText([], plain), /^nothing between them was probed/)
})

t.test('history: how long, and whether it still is', async (t) => {
  const finding = findingOf('f-1')
  const openedAt = '2026-01-05T00:00:00.000Z'
  const past = { openedAt, closedAt: '2026-01-05T00:02:30.000Z', finding }
  const nowMs = Date.parse('2026-01-05T01:00:00Z')
  t.equal(
    historyText({ findings: [{ openedAt, finding }, past], next: 'x' }, nowMs, plain),
    [
      'OPENED                    LASTED      FAULT      WHERE   CONFIDENCE  ID',
      '2026-01-05T00:00:00.000Z  1 h, open   node_down  node-1  high        f-1',
      '2026-01-05T00:00:00.000Z  2 min 30 s  node_down  node-1  high        f-1',
      'and more before: ask with a shorter --since, or the API',
      '',
    ].join('\n'),
  )
  const keptFrom = '2026-01-04T23:00:00.000Z'
  t.match(
    historyText({ findings: [past], keptFrom }, nowMs, plain),
    /f-1\nthe history begins at 2026-01-04T23:00:00.000Z\n$/,
  )
  t.equal(
    historyText({ findings: [], keptFrom }, nowMs, plain),
    'nothing was found in that time; the history begins at 2026-01-04T23:00:00.000Z\n',
  )
  t.equal(historyText({ findings: [] }, nowMs, plain), 'nothing was found in that time; nothing is kept yet\n')
  t.match(
    toldText({ id: 'f-1', told: [{ at: openedAt, finding }] }, plain),
    /\n\S+Z {2}open {3}node_down {2}high {8}node-1: nothing on it answers\n$/,
  )
})
