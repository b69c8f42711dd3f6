import { gunzipSync } from 'node:zlib'

import t from 'tap'

import { isAbout } from '../../../src/aggregator/archive/naming.ts'
import type { RoundInput } from '../../../src/model/recording.ts'
import type { Round } from '../../../src/model/round.ts'
import { findingOf } from '../../support/findings.ts'
import { roundOf } from '../../support/rounds.ts'
import { fastDir, historyIn } from '../history/histories.ts'
import { archiveOf, newestEndMs, simulated } from './simulated.ts'

const { inputs, findings, cut } = simulated()

/** One input of `n1` … `n3` and what they tell. */
function inputOf(rounds: readonly Round[], failed: readonly string[] = []): RoundInput {
  const node = (name: string) => ({
    node: name,
    zone: 'a',
    podUid: `uid-${name}`,
    ready: true,
    cordoned: name === 'n3',
  })
  const nodes = [node('n1'), node('n2'), node('n3'), { ...node('n4'), podUid: '' }]
  const replicas = [{ check: 'dns_replica', name: 'kube-system/dns-1', node: 'n1' } as const]
  const pull = { kind: 'pull', round: 7, tried: 3, failed: failed.map((name) => ({ node: name, reason: 'timeout' })) }
  const view = { kind: 'view', round: 7, viewHash: 'v', nodes, replicas }
  return { round: 7, roundSeconds: 10, rounds, view, pull, events: [] } as RoundInput
}

const told = inputOf(
  [
    roundOf('n1', 7, {
      ok: [
        { check: 'peer_tcp', zone: 'a', family: 4, n: 6 },
        { check: 'dns_replica', target: 'kube-system/dns-1', variant: 'internal', family: 4, n: 1 },
      ],
      stable: [
        { peer: 'n2', check: 'peer_tcp', family: 4, ok: 2, failed: 1, latency: [[80, 2]] },
        { peer: 'n1', check: 'peer_tcp', family: 4, ok: 1, failed: 0, latency: [] },
      ],
      fails: [
        { check: 'peer_tcp', target: 'n2', family: 4, n: 3, failed: 1, reason: 'timeout', phase: 'connect' },
        { check: 'peer_tcp', target: 'n3', family: 4, n: 5, failed: 2, reason: 'timeout', phase: 'connect' },
        { check: 'peer_tcp', target: 'n3', family: 4, n: 5, failed: 1, reason: 'reset', phase: 'connect' },
      ],
    }),
    roundOf('n2', 6),
  ],
  ['n2', 'n3'],
)

t.test('what is counted to a node and from it, each attempt once', async (t) => {
  const { archive, asked } = archiveOf([told])
  const nodes = await archive.nodes()
  const none = { attempts: 0, failures: 0 }
  t.strictSame(
    nodes.map(({ node, agent, cordoned, to, from }) => [node, agent, cordoned, to, from]),
    [
      ['n1', 'heard', false, none, { attempts: 11, failures: 4 }],
      ['n2', 'silent', false, { attempts: 3, failures: 1 }, none],
      ['n3', 'silent', true, { attempts: 5, failures: 3 }, none],
      ['n4', 'none', false, none, none],
    ],
  )
  t.strictSame(asked, [3])
})

t.test('a node that is cut off shows in its counts, and in the finding that names it', async (t) => {
  const nodes = await archiveOf(inputs, { findings }).archive.nodes()
  const broken = nodes.find(({ node }) => node === cut)
  t.ok(broken !== undefined && broken.to.failures > 0.5 * broken.to.attempts)
  t.strictSame(
    nodes.flatMap((node) => node.findings.map((id) => [node.node, id])),
    findings.map(({ id }) => [cut, id]),
  )
  t.equal(findings.length, 1)
  const others = nodes.filter(({ node }) => node !== cut)
  t.ok(others.every(({ to, from }) => from.attempts > 200 && to.failures < to.attempts / 10 && to.attempts > 100))
})

t.test(
  'findings are about the nodes and targets that they name, and about nothing of that name elsewhere',
  async (t) => {
    const names = ['a', 'a>b', '10.0.0.1:6443', 'kubernetes', 'ns/pod', 'c']
    const about = (kind: Parameters<typeof findingOf>[1]['kind'], name: string, endpoint?: string) =>
      names.filter((asked) => isAbout(findingOf('link', { kind, name, ...(endpoint && { endpoint }) }), asked))
    t.strictSame(about('pair', 'a>b'), ['a'])
    t.strictSame(about('pair', 'c|a'), ['a', 'c'])
    t.strictSame(about('node', 'a'), ['a'])
    t.strictSame(about('api_server', 'kubernetes', '10.0.0.1:6443'), ['10.0.0.1:6443', 'kubernetes'])
    t.strictSame(about('pod', 'ns/pod'), ['ns/pod'])
    t.strictSame([...about('zone', 'a'), ...about('zone_pair', 'a>c')], [])
  },
)

t.test('between two nodes there is every check, both ways', async (t) => {
  const { archive, asked } = archiveOf(inputs)
  const [one = '', other = ''] = ['node-1', 'node-2', 'node-3'].filter((node) => node !== cut)
  const paths = (await archive.pair(one, other)) ?? []
  for (const [source, target] of [
    [one, other],
    [other, one],
  ]) {
    const way = paths.filter((path) => path.source === source && path.target === target)
    const missing = ['peer_http', 'peer_tcp', 'peer_mtu'].filter((name) => !way.some(({ check }) => check === name))
    t.strictSame(missing, [])
  }
  t.ok(paths.every(({ failures, p50Ms }) => failures === 0 && Number(p50Ms) > 0))
  const matrix = await archive.matrix({ level: 'node', check: 'peer_tcp', window: 3 })
  const cell = matrix.matrices[0]?.cells.find(({ source, target }) => source === other && target === one)
  t.match(
    paths.find(({ check, source }) => check === 'peer_tcp' && source === other),
    cell ?? {},
    'as the matrix has it',
  )
  t.strictSame(asked, [3, 3])
  const broken = (await archive.pair(one, cut)) ?? []
  t.ok(broken.length > 3 && broken.every(({ source }) => source === one), 'nobody hears from the other end')
  t.ok(broken.every(({ check, failures }) => failures > 0 || ['host_tcp', 'nodeport'].includes(check)))
})

t.test('between a node and a shared target, whichever is named first; a node and itself', async (t) => {
  const { archive } = archiveOf([told])
  const paths = await archive.pair('n1', 'kube-system/dns-1')
  t.match(paths, [
    { check: 'dns_replica', variant: 'internal', source: 'n1', target: 'kube-system/dns-1', attempts: 1 },
  ])
  t.strictSame(await archive.pair('kube-system/dns-1', 'n1'), paths)
  t.strictSame(await archive.pair('n2', 'kube-system/dns-1'), [], 'known, and never asked')
  t.match(await archive.pair('n1', 'n1'), [{ check: 'peer_tcp', attempts: 1 }])
  t.match(await archive.pair('n1', 'n2'), [{ attempts: 3, failures: 1, ageSeconds: 2, p50Ms: 1.07 }])
})

t.test('names that the cluster does not have are none', async (t) => {
  const { archive, asked } = archiveOf([told])
  t.equal(await archive.pair('n1', 'n9'), undefined)
  t.equal(await archive.pair('kube-system', 'dns-1/n1'), undefined)
  t.equal(await archive.pair('kube-system/dns-1', 'kube-system/dns-1'), undefined, 'nothing is between two targets')
  t.equal(asked.length, 1, 'only where a node is named are rounds looked at')
})

t.test('findings of the past come from the history, and the recording as it is kept', async (t) => {
  const { history } = historyIn(t, fastDir(t))
  const [finding] = findings
  if (finding === undefined) throw new Error('expected a finding')
  const atMs = newestEndMs(inputs)
  history.noteFindings(atMs - 60_000, [finding])
  history.noteFindings(atMs, [{ ...finding, state: 'closed' }])
  const { archive } = archiveOf(inputs, { history })
  const span = { fromMs: atMs - 3_600_000, toMs: atMs, limit: 10 }
  t.match(await archive.history(span), {
    findings: [{ openedAt: finding.since, closedAt: new Date(atMs).toISOString(), finding: { id: finding.id } }],
  })
  t.match(await archive.told(finding.id), { id: finding.id, told: [{ finding: { state: 'open' } }, { finding: {} }] })
  t.equal(await archive.told('nothing'), undefined)
  await t.rejects(archive.history({ ...span, before: 'odd' }), RangeError)
  const without = archiveOf(inputs).archive
  t.strictSame([await without.history(span), await without.told(finding.id)], [{ findings: [] }, undefined])
  t.match(gunzipSync(await archive.rounds()).toString(), /^\{"kind":"view"/)
})

t.test('rounds of which only what is needed was kept give the same answers', async (t) => {
  const [thin, whole] = [true, false].map((isThin) => archiveOf(inputs, { findings, isThin }).archive)
  for (const level of ['node', 'zone', 'target'] as const) {
    t.strictSame(await thin?.matrix({ level, window: 3 }), await whole?.matrix({ level, window: 3 }), level)
  }
  t.strictSame(await thin?.nodes(), await whole?.nodes())
  const replica = inputs.at(-1)?.view.replicas[0]?.name ?? ''
  for (const target of [cut, replica, 'meshprobe/meshprobe', 'nothing']) {
    t.strictSame(await thin?.pair('node-1', target), await whole?.pair('node-1', target), target)
  }
})
