import t, { type Test } from 'tap'

import { systemClock } from '../../src/agent/system-clock.ts'
import { canaryAfter } from '../../src/discovery/canary.ts'
import { endpointsOf } from '../../src/discovery/slices.ts'
import type { CanaryHistory } from '../../src/kubernetes/canary-slice.ts'
import type { Census } from '../../src/model/census.ts'
import { canaryAgents, keepCanary } from '../../src/publish/canary.ts'
import { nextGeneration } from '../../src/publish/canary-plan.ts'
import { type ClusterApi, noPrograms, openClusterApi } from '../support/cluster-api.ts'
import { createSwitch, type Switch } from './switch.ts'

const everyMs = 60_000
const agentsOf = (count: number, zones = 3) =>
  Array.from({ length: count }, (_, i) => ({ node: `n${i}`, zone: `z${i % zones}`, ip: `10.0.0.${i}` }))

t.test('generations come as planned, share no node with the one before, and are in several zones', async (t) => {
  for (const count of [6, 12, 24, 100, 700]) {
    const agents = agentsOf(count)
    let history: CanaryHistory = { past: [], planned: [] }
    const seen = new Set<string>()
    for (let turn = 0; turn < 40; turn++) {
      const promised = history.planned[0]?.nodes
      history = nextGeneration(history, { agents, nowMs: 1e12 + turn * everyMs, everyMs })
      const [before, now] = history.past.slice(-2)
      if (promised !== undefined) t.strictSame(history.past.at(-1)?.nodes, promised)
      if (now !== undefined)
        t.notOk(
          now.nodes.some((node) => before?.nodes.includes(node)),
          `${count}`,
        )
      const nodes = history.past.at(-1)?.nodes ?? []
      t.equal(nodes.length, count >= 24 ? 4 : Math.floor(count / 6), `${count}`)
      if (count >= 24) t.ok(new Set(nodes.map((node) => Number(node.slice(1)) % 3)).size >= 2)
      for (const node of nodes) seen.add(node)
      t.ok(history.past.length <= 4)
      t.equal(history.planned[0]?.sinceMs, 1e12 + (turn + 1) * everyMs)
    }
    t.ok(seen.size >= Math.min(count * 0.6, 100), `${seen.size} of ${count} took their turn`)
  }
})

t.test('who has left is not in the next generation, planned or not', async (t) => {
  const history = nextGeneration({ past: [], planned: [] }, { agents: agentsOf(12), nowMs: 1e12, everyMs })
  const gone = new Set(history.planned.flatMap(({ nodes }) => nodes))
  const agents = agentsOf(12).filter(({ node }) => !gone.has(node))
  const next = nextGeneration(history, { agents, nowMs: 1e12 + everyMs, everyMs })
  t.notOk([...next.past.slice(1), ...next.planned].some(({ nodes }) => nodes.some((node) => gone.has(node))))
  t.equal(next.past.at(-1)?.nodes.length, 1)
})

const censusOf = (count: number): Census => ({
  ...{ viewHash: '', replicas: [] },
  nodes: agentsOf(count).map(({ node, zone }) => ({ node, zone, podUid: `uid-${node}`, ready: true, cordoned: false })),
  agents: agentsOf(count).map(({ node, ip }) => ({ node, podUid: `uid-${node}`, host: ip, port: 7791 })),
})

t.test('only agents that can serve are in it', async (t) => {
  const census = censusOf(4)
  const [a, b, c, d] = census.nodes
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four nodes')
  const nodes = [{ ...a, ready: false }, { ...b, cordoned: true }, c, d, { ...d, node: 'without' }]
  const agents = census.agents.map((agent) => (agent.node === d.node ? { ...agent, host: 'fd00::1' } : agent))
  t.strictSame(
    [canaryAgents({ ...census, nodes, agents }, 'IPv4'), canaryAgents({ ...census, nodes, agents }, 'IPv6')].map(
      (found) => found.map(({ node }) => node),
    ),
    [['n2'], ['n3']],
  )
})

t.test('on a real API server', { skip: noPrograms, timeout: 120_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  await cluster.grant('aggregator', {
    meshprobe: [
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'create', 'update'] },
      { apiGroups: [''], resources: ['services'], verbs: ['get'], resourceNames: ['meshprobe-canary'] },
    ],
  })
  const slices = () => cluster.list('endpointslices', '-n', 'meshprobe')
  const shows = async (what: string, isIt: (rows: Awaited<ReturnType<typeof slices>>) => boolean) => {
    for (let look = 0; look < 300; look++) {
      const rows = await slices()
      if (isIt(rows)) return rows
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`expected ${what} within some seconds`)
  }
  const sinceMs = (rows: Awaited<ReturnType<typeof slices>>) =>
    Number(rows[0]?.metadata.annotations?.['meshprobe.io/generation-ms'] ?? 0)

  const service = {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'meshprobe-canary', namespace: 'meshprobe' } },
    spec: { ports: [{ name: 'probe', port: 80, targetPort: 8484 }] },
  }

  await t.test('a Service that is not there is said', async (t) => {
    const { lines, stop } = await start(t, cluster, createSwitch())
    for (let look = 0; look < 300 && lines.length === 0; look++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    t.match(lines, [/^There is no Service meshprobe-canary in namespace meshprobe, so a kube-proxy/])
    await stop()
  })

  await t.test('its slice is made and rewritten as long as we lead, and another goes on from there', async (t) => {
    await cluster.create(service)
    const [switchA, switchB] = [createSwitch(), createSwitch(false)]
    const a = await start(t, cluster, switchA)
    const b = await start(t, cluster, switchB)
    const first = await shows('a slice', (rows) => rows.length === 1)
    t.match(first[0], {
      metadata: {
        labels: { 'kubernetes.io/service-name': 'meshprobe-canary' },
        ownerReferences: [{ kind: 'Service', name: 'meshprobe-canary' }],
      },
      ...{ addressType: 'IPv4', ports: [{ name: 'probe', port: 8484 }] },
    })
    const known = canaryAfter([], first, { wallMs: Date.now(), againMs: 0 })
    t.strictSame(
      endpointsOf(first, ['probe'])
        .map(({ node }) => node)
        .sort(),
      known[0]?.nodes,
      'agents read what was written',
    )
    const second = await shows('another', (rows) => sinceMs(rows) > sinceMs(first))
    const after = canaryAfter(known, second, { wallMs: Date.now(), againMs: 0 })
    t.equal(after.length, 2)
    t.not(after[1]?.nodes[0], after[0]?.nodes[0])
    switchA.set(false)
    switchB.set(true)
    const planned = JSON.parse(second[0]?.metadata.annotations?.['meshprobe.io/generations'] ?? '{}').planned[0].nodes
    const third = await shows('a third', (rows) => sinceMs(rows) > sinceMs(second))
    t.strictSame(
      endpointsOf(third, ['probe'])
        .map(({ node }) => node)
        .sort(),
      planned,
    )
    const written = a.requests.length
    await shows('a fourth', (rows) => sinceMs(rows) > sinceMs(third))
    t.equal(a.requests.length, written, 'the other writes no more')
    t.strictSame([...a.lines, ...b.lines], [])
    t.equal((await slices()).length, 1)
  })

  await t.test('an outage is said once, and over when it is over', async (t) => {
    const { relay, lines } = await start(t, cluster, createSwitch())
    const before = sinceMs(await slices())
    await shows('one of ours', (rows) => sinceMs(rows) > before)
    relay.cut()
    for (let look = 0; look < 300 && lines.length === 0; look++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    relay.heal()
    const then = sinceMs(await slices())
    await shows('another', (rows) => sinceMs(rows) > then)
    t.match(lines, [/^Could not rewrite the canary Service/, 'The API server answers again about the canary Service'])
  })
})

async function start(t: Test, cluster: ClusterApi, leading: Switch) {
  const { server, relay, requests } = await cluster.as('aggregator', { timeoutMs: 1500 })
  const lines: string[] = []
  const stopping = new AbortController()
  const ended = keepCanary(
    {
      ...{ server, leading, namespace: 'meshprobe', service: 'meshprobe-canary', port: 8484, everyMs: 1000 },
      ...{ census: () => censusOf(12), clock: systemClock, random: Math.random },
      log: (line) => lines.push(line),
    },
    stopping.signal,
  )
  const stop = async () => {
    stopping.abort()
    await ended
  }
  t.teardown(stop)
  return { relay, requests, lines, stop }
}
