import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import t from 'tap'
import { peersOf } from '../../src/discovery/peers.ts'
import { endpointsOf } from '../../src/discovery/slices.ts'
import { gzipped, json } from '../support/api-server.ts'
import { watchApi } from './watching.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const nodes = 5000
const perSlice = 100

t.test('discovery of 5,000 agents is quick, and quicker when nothing changed', async (t) => {
  const { api, latest, poll, seen } = await watchApi(t)
  api.script('/namespaces/meshprobe/endpointslices', gzipped(listOf(nodes)))
  const first = await cpuMs(poll)
  t.equal(latest().view.peers.length, nodes)
  const again = await cpuMs(poll)
  t.equal(seen.length, 2)
  t.comment(`CPU of both ends: ${first.toFixed(0)} ms, then ${again.toFixed(0)} ms`)
  t.ok(first < 1500, 'far less than a slot of the schedule on a quiet machine')
  t.equal(await poll(), 500_000, 'ten lists a second in all')
})

t.test('reading and merging 5,000 endpoints takes less than a slot of the schedule', async (t) => {
  const text = JSON.stringify(listOf(nodes))
  const known = peersOf(endpointsOf(JSON.parse(text).items, ['probe']), 10_250, [])
  const ms = await cpuMs(async () => {
    const peers = peersOf(endpointsOf(JSON.parse(text).items, ['probe']), 10_250, known)
    t.ok(peers.every((peer, i) => peer === known[i]))
  })
  t.comment(`${ms.toFixed(0)} ms for ${text.length} characters`)
  t.ok(ms < 500)
})

t.test('discovery of 5,000 agents keeps the peers and nothing of the answers', async (t) => {
  const { api, poll } = await watchApi(t)
  api.script('/namespaces/meshprobe/endpointslices', json(listOf(nodes)))
  await poll()
  const once = usedHeapMiB()
  for (let i = 0; i < 5; i++) await poll()
  const grown = usedHeapMiB() - once
  api.script('/namespaces/meshprobe/endpointslices', json(listOf(perSlice)))
  await poll()
  const kept = once + grown - usedHeapMiB()
  t.comment(`4,900 peers weigh ${kept.toFixed(1)} MiB; five more polls ${grown.toFixed(1)} MiB`)
  t.ok(kept < 4)
  t.ok(grown < 1)
})

/** Of the whole process, so that another test's load does not count. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function usedHeapMiB(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

function listOf(count: number): unknown {
  const slices = Array.from({ length: count / perSlice }, (_, i) => sliceFrom(i * perSlice))
  return {
    kind: 'EndpointSliceList',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { resourceVersion: '48211907' },
    items: slices,
  }
}

function sliceFrom(first: number) {
  return {
    metadata: {
      name: `meshprobe-peers-${first}`,
      namespace: 'meshprobe',
      labels: { 'kubernetes.io/service-name': 'meshprobe-peers' },
    },
    addressType: 'IPv4',
    endpoints: Array.from({ length: perSlice }, (_, i) => endpoint(first + i)),
    ports: [{ name: 'probe', port: 8484, protocol: 'TCP' }],
  }
}

function endpoint(i: number) {
  return {
    addresses: [`10.${42 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: {
      kind: 'Pod',
      namespace: 'meshprobe',
      name: `meshprobe-${i.toString(36).padStart(5, '0')}`,
      uid: `0e9f4a7c-5d0e-4c1b-8a51-${i.toString(16).padStart(12, '0')}`,
    },
    nodeName: `ip-10-0-${i >> 8}-${i & 255}.eu-central-1.compute.internal`,
    zone: `eu-central-1${'abc'[i % 3]}`,
  }
}
