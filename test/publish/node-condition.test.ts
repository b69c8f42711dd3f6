import t, { type Test } from 'tap'

import { systemClock } from '../../src/agent/system-clock.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { Fault } from '../../src/model/fault.ts'
import type { Finding } from '../../src/model/finding.ts'
import { type Condition, wantedConditions } from '../../src/publish/condition.ts'
import { removeConditions } from '../../src/publish/conditions-away.ts'
import { createNodeConditions } from '../../src/publish/node-condition.ts'
import { type ClusterApi, noPrograms, openClusterApi } from '../support/cluster-api.ts'
import { findingOf } from '../support/findings.ts'
import { createSwitch, type Switch } from './switch.ts'

const about = (node: string, fault: Fault = 'pod_network_cut', overrides: Partial<Finding> = {}) =>
  findingOf(fault, { kind: 'node', name: node }, overrides)
const none = new Map<string, Condition>()
const wantedOf = (findings: readonly Finding[], set: ReadonlyMap<string, Condition> = none, nodes = 100) =>
  [...wantedConditions(findings, set, nodes)].map(([node, { reason }]) => `${node} ${reason}`)

t.test('only what is certain, open and of the node itself sets a condition', async (t) => {
  t.strictSame(wantedOf([about('n1'), about('n2', 'node_down')]), ['n1 PodNetworkCut', 'n2 NodeDown'])
  const others = [
    ...[about('n1', 'node_loss', { confidence: 'medium' }), about('n2', 'node_loss', { state: 'recovering' })],
    ...[about('n3', 'node_loss', { state: 'closed' }), about('n4', 'agent_down'), about('n5', 'latency')],
    ...[findingOf('mtu', { kind: 'zone_pair', name: 'a|b' }), findingOf('link', { kind: 'pair', name: 'n1>n2' })],
  ]
  t.strictSame(wantedOf(others), [])
})

t.test('what is set stays until it is closed', async (t) => {
  const set = new Map([['n1', { reason: 'NodeLoss', message: '' }]])
  t.strictSame(wantedOf([about('n1', 'node_loss', { state: 'recovering', confidence: 'low' })], set), ['n1 NodeLoss'])
  t.strictSame(wantedOf([about('n1', 'node_loss', { state: 'closed' })], set), [])
  t.strictSame(
    wantedOf([about('n1', 'mtu'), about('n1', 'node_loss')], set),
    ['n1 NodeLoss'],
    'of two the one that is set',
  )
})

t.test('when many nodes are at fault at once most of them are not', async (t) => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => about(`n${i}`))
  t.strictSame(
    [4, 5, 6, 50].map((count) => wantedOf(many(count), none, 10).length),
    [4, 5, 5, 5],
  )
  t.equal(wantedOf(many(50), none, 100).length, 20)
  const set = new Map(many(30).map(({ entity }) => [entity.name, { reason: 'PodNetworkCut', message: '' }]))
  t.equal(wantedOf(many(50), set, 100).length, 30, 'what is set is not taken away for that')
})

t.test('on a real API server', { skip: noPrograms, timeout: 120_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  await cluster.grant('aggregator', {
    '': [
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
      { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
    ],
  })
  const ready = { type: 'Ready', status: 'True' }
  const nodeOf = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { conditions: [ready] },
  })
  await cluster.create(...Array.from({ length: 8 }, (_, i) => nodeOf(`n${i}`)))

  interface Row {
    readonly type: string
    readonly [field: string]: string
  }
  const conditions = async (node: string): Promise<readonly Row[]> =>
    JSON.parse(await cluster.kubectl(['get', 'node', node, '-o', 'jsonpath={.status.conditions}']))
  const ours = async (node: string) => (await conditions(node)).find(({ type }) => type === 'NetworkProbeFailed')
  const becomes = async (node: string, isThere: boolean) => {
    for (let look = 0; look < 300; look++) {
      if (((await ours(node)) !== undefined) === isThere) return ours(node)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`expected ${node} ${isThere ? 'with' : 'without'} a condition within 5 s`)
  }

  await t.test('a condition is set, kept and taken away, and no other is touched', async (t) => {
    const own = await start(t, cluster, createSwitch())
    own.observe([about('n1')])
    const first = await becomes('n1', true)
    t.match(first, { status: 'True', reason: 'PodNetworkCut', message: 'n1: pods are cut off [pod_network_cut-n1]' })
    const asked = own.requests.length
    for (let round = 0; round < 3; round++) own.observe([about('n1', 'pod_network_cut', { text: `other ${round}` })])
    own.observe([about('n1'), about('n2')])
    await becomes('n2', true)
    t.equal(own.requests.length, asked + 1, 'what is said already is not said again')
    own.observe([about('n1', 'node_down'), about('n2')])
    for (let look = 0; look < 300 && (await ours('n1'))?.['reason'] !== 'NodeDown'; look++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    t.match(await ours('n1'), { reason: 'NodeDown', lastTransitionTime: first?.['lastTransitionTime'] })
    own.observe([findingOf('partition', { kind: 'cluster', name: 'cluster' })])
    own.observe([about('n2')])
    await becomes('n1', false)
    t.match(await conditions('n1'), [{ type: 'Ready', status: 'True' }])
    t.ok(await ours('n2'))
    t.strictSame(own.lines, [])
  })

  await t.test('who begins to lead takes away what is true no more, and keeps what is', async (t) => {
    const leading = createSwitch(false)
    const own = await start(t, cluster, leading)
    own.observe([about('n3')])
    await new Promise((resolve) => setTimeout(resolve, 300))
    t.equal(own.requests.length, 0, 'it writes nothing before')
    leading.set(true)
    await becomes('n2', false)
    await becomes('n3', true)
    leading.set(false)
    own.observe([])
    await new Promise((resolve) => setTimeout(resolve, 300))
    t.ok(await ours('n3'), 'nor afterwards')
  })

  await t.test('an outage leaves them as they are, and a Node that has left hinders nothing', async (t) => {
    const own = await start(t, cluster, createSwitch())
    own.observe([about('n3'), about('n4')])
    await becomes('n4', true)
    own.relay.cut()
    await cluster.kubectl(['delete', 'node', 'n3'])
    own.observe([about('gone'), about('n5')])
    for (let look = 0; look < 300 && own.lines.length === 0; look++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    t.match(own.lines, [/^Could not list nodes or patch nodes\/status, so conditions of Nodes stay as they are/])
    own.relay.heal()
    await becomes('n5', true)
    await becomes('n4', false)
  })

  await t.test('it is said again that it is still so, at most every five minutes', async (t) => {
    // A thousand times as fast.
    const clock: Clock = { ...systemClock, monotonicMs: () => performance.now() * 1000 }
    const own = await start(t, cluster, createSwitch(), { clock })
    own.observe([about('n5')])
    const startMs = performance.now()
    const patches = () => own.requests.filter(({ verb }) => verb === 'patch').length
    while (performance.now() - startMs < 2000) {
      own.observe([about('n5')])
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    t.ok(patches() >= 3 && patches() <= 7, `${patches()} in about 2000 s`)
  })

  await t.test('who stops and is alone takes all away; who is not leaves them to the other', async (t) => {
    const other = await start(t, cluster, createSwitch(), { alone: false })
    other.observe([about('n6')])
    await becomes('n6', true)
    await other.stop()
    t.ok(await ours('n6'))
    const last = await start(t, cluster, createSwitch(), { alone: true })
    last.observe([about('n6'), about('n7')])
    await becomes('n7', true)
    await last.stop()
    t.notOk(await ours('n6'))
    t.notOk(await ours('n7'))
  })

  await t.test('all are taken away at once, for who uninstalls', async (t) => {
    const own = await start(t, cluster, createSwitch())
    own.observe([about('n1'), about('n2')])
    await becomes('n2', true)
    await own.stop()
    const { server } = await cluster.as('aggregator')
    t.equal(await removeConditions(server, AbortSignal.timeout(5000)), 2)
    t.notOk(await ours('n1'))
    t.equal(await removeConditions(server, AbortSignal.timeout(5000)), 0)
  })

  await t.test('without the right it says which', async (t) => {
    await cluster.grant('nobody', {})
    const own = await start(t, cluster, createSwitch(), { account: 'nobody' })
    own.observe([about('n1')])
    for (let look = 0; look < 300 && own.lines.length === 0; look++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    t.match(own.lines, [/^May not list nodes or patch nodes\/status, .* grant it in a ClusterRole/])
  })
})

interface Options {
  readonly clock?: Clock
  readonly alone?: boolean
  readonly account?: string
}

async function start(t: Test, cluster: ClusterApi, leading: Switch, options: Options = {}) {
  const { clock = systemClock, alone = false, account = 'aggregator' } = options
  const { server, relay, requests } = await cluster.as(account, { timeoutMs: 1500 })
  const lines: string[] = []
  const conditions = createNodeConditions({
    ...{ server, leading, isAlone: () => alone, nodes: () => 8, clock, random: Math.random },
    log: (line) => lines.push(line),
  })
  const stopping = new AbortController()
  const ended = conditions.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await ended
  }
  t.teardown(stop)
  return { observe: conditions.observe, relay, requests, lines, stop }
}
