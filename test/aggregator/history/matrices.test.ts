import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'

import t from 'tap'

import { bucketMs } from '../../../src/model/latency.ts'
import { type Cell, foldMatrices, type Matrix } from '../../../src/model/matrix.ts'
import { nodeDown, noFault } from '../../../src/simulate/scenarios/list.ts'
import { simulate } from '../../../src/simulate/simulate.ts'
import { fastDir, historyIn, minute, noisyMatrix, start } from './histories.ts'

const ok: Cell = { attempts: 6, failures: 0, reasons: {}, p50Ms: bucketMs(70), p99Ms: bucketMs(90), round: 1000 }

t.test('history tells a matrix as it was given, whatever is in it', async (t) => {
  const { history } = historyIn(t, fastDir(t))
  const cases: Readonly<Record<string, Cell>> = {
    ok,
    'tail only': { attempts: 1, failures: 0, reasons: {}, p99Ms: bucketMs(3), round: 1000 },
    'nothing asked': { attempts: 0, failures: 0, reasons: {}, round: 0 },
    'long ago': { ...ok, round: 3 },
    'some failed': { ...ok, failures: 2, reasons: { timeout: 1, no_local_resources: 1 } },
    'all failed': { attempts: 3, failures: 3, reasons: { refused: 3 }, round: 999 },
    'failed without a reason': { attempts: 3, failures: 3, reasons: {}, round: 999 },
    many: { ...ok, attempts: 2 ** 40, failures: 127 + 128, reasons: { bad_reply: 255 } },
    slowest: { ...ok, p50Ms: bucketMs(0), p99Ms: bucketMs(191) },
  }
  const names = ['b', ...Object.keys(cases), 'ä "quoted"']
  const matrix: Matrix = {
    ...{ check: 'dns_replica', variant: 'external', rows: ['a', 'b', 'silent'], columns: names },
    cells: new Map([
      ['a', new Map(Object.entries(cases))],
      ['b', new Map(Object.entries(cases).reverse())],
      ['gone', new Map([['gone too', ok]])],
    ]),
  }
  const empty: Matrix = { check: 'peer_tcp', rows: ['a'], columns: [], cells: new Map() }
  history.noteMatrices(start, [matrix, empty])
  const told = history.matricesAt(start)
  t.same(told, { atMs: start, matrices: [matrix, empty] })
  t.same(history.matricesAt(start, 'peer_tcp'), { atMs: start, matrices: [empty] })
  t.same(history.matricesAt(start, 'external'), { atMs: start, matrices: [] })
})

t.test('history tells the newest snapshot not after the time asked for, if it is not five minutes older', async (t) => {
  const { history } = historyIn(t, fastDir(t))
  for (const at of [0, 1, 7]) history.noteMatrices(start + at * minute, [noisyMatrix(2, at)])
  const cases = [
    { name: 'before the first', askedMs: -1, toldMs: undefined },
    { name: 'the very time', askedMs: minute, toldMs: minute },
    { name: 'between', askedMs: 2 * minute, toldMs: minute },
    { name: 'five minutes later', askedMs: 6 * minute, toldMs: minute },
    { name: 'more than that', askedMs: 6 * minute + 1, toldMs: undefined },
    { name: 'the newest', askedMs: 8 * minute, toldMs: 7 * minute },
  ]
  for (const { name, askedMs, toldMs } of cases) {
    const found = history.matricesAt(start + askedMs)
    t.equal(found?.atMs, toldMs === undefined ? undefined : start + toldMs, name)
  }
  t.match(history.size(), { fromMs: start, toMs: start + 7 * minute })
  t.same(history.matricesAt(start + 7 * minute)?.matrices, [noisyMatrix(2, 7)])
})

t.test('what two snapshots have in common is kept once, and goes with the last of them', async (t) => {
  const { history, file } = historyIn(t, fastDir(t), { keepMs: 60 * minute })
  const old = noisyMatrix(3, 1)
  for (let at = 0; at < 50; at++) history.noteMatrices(start + at * minute, [old])
  // Others by name and shape, while the first are still in use, and when they no longer are.
  for (let at = 50; at < 130; at++) history.noteMatrices(start + at * minute, [noisyMatrix(4, at)])
  t.equal(history.matricesAt(start + 50 * minute), undefined)
  history.noteMatrices(start + 130 * minute, [old])
  t.same(history.matricesAt(start + 130 * minute)?.matrices, [old])
  t.same(history.matricesAt(start + 129 * minute)?.matrices, [noisyMatrix(4, 129)])
  for (let at = 131; at <= 191; at++) history.noteMatrices(start + at * minute, [noisyMatrix(5, at)])
  history.close()
  const db = new DatabaseSync(file)
  t.same(
    db.prepare('SELECT count(*) AS parts FROM parts').all(),
    [{ parts: 3 }],
    'names, shape and outline of the last',
  )
  db.close()
})

t.test('a snapshot of a simulated cluster is small, and comes back whole', async (t) => {
  const cases = [
    { scenario: noFault, nodes: 12, bytesAtMost: 2_000 },
    { scenario: noFault, nodes: 100, bytesAtMost: 9_000 },
    { scenario: nodeDown, nodes: 100, bytesAtMost: 11_000 },
  ]
  for (const { scenario, nodes, bytesAtMost } of cases) {
    const { history } = historyIn(t, fastDir(t))
    const window = []
    let notes = 0
    let emptyBytes = 0
    for (const { input } of simulate({ nodes, zones: 3, scenario, noise: 'N1', seed: 1 })) {
      window.push(input.rounds)
      if (window.length > 6) window.shift()
      const view = input.view.nodes.map(({ node }) => node)
      const matrices = foldMatrices(window.flat(), view)
      history.noteMatrices(start + notes * minute, matrices)
      if (notes === 0) emptyBytes = history.size().bytes
      const told = history.matricesAt(start + notes * minute)?.matrices
      if (!isDeepStrictEqual(told, matrices)) t.fail(`snapshot ${notes} comes back as another`)
      notes += 1
    }
    const bytes = (history.size().bytes - emptyBytes) / (notes - 1)
    t.ok(bytes < bytesAtMost, `${nodes} nodes, ${scenario.name}: ${Math.round(bytes)} bytes a snapshot`)
  }
})
