import t from 'tap'

import { censusOf } from '../../../src/discovery/watch/census-of.ts'
import { nodeFacts } from '../../../src/discovery/watch/node-facts.ts'
import { podFacts } from '../../../src/discovery/watch/pod-facts.ts'
import type { Answer } from '../../support/api-server.ts'
import { heapInUse } from '../../support/heap.ts'
import { until } from '../../support/until.ts'
import { node, pod } from './objects.ts'
import type { KubeObject } from './small-cluster.ts'
import { takeCensus } from './taking.ts'

const nodes = 5000
const mib = 2 ** 20

t.test('a census of 5,000 nodes keeps a few fields and nothing of the objects', async (t) => {
  let bytes = 0
  const { cluster, shows, stop, latest } = await takeCensus(t, { values: { timeout: 60_000 } })
  await until(() => cluster.watches('nodes').length === 1 && cluster.watches('pods').length === 1)
  const empty = heapInUse()
  const before = process.memoryUsage().rss
  // Said by two lists, so that the small cluster keeps nothing of them either.
  const say =
    (make: (i: number) => KubeObject): Answer =>
    (response, { url = '' }) => {
      const first = Number(new URL(url, 'https://kubernetes').searchParams.get('continue') ?? 0)
      const items = Array.from({ length: 500 }, (_, i) => make(first + i))
      const more = first + 500 < nodes ? { continue: String(first + 500) } : {}
      const text = JSON.stringify({ kind: 'List', metadata: { resourceVersion: '9000', ...more }, items })
      bytes += text.length
      response.end(text)
    }
  const pages = nodes / 500
  cluster.compact()
  cluster.nextLists('nodes', ...Array.from({ length: pages }, () => say(wholeNode)))
  cluster.nextLists('pods', ...Array.from({ length: pages }, () => say(wholePod)))
  for (const collection of ['nodes', 'pods'] as const) cluster.watches(collection)[0]?.write(expired)
  await until(() => latest().agents.length === nodes && latest().nodes.length === nodes, 60_000)
  const grown = (heapInUse() - empty) / mib
  const rss = (process.memoryUsage().rss - before) / mib
  t.comment(
    `${(bytes / mib).toFixed(0)} MiB of JSON; ${grown.toFixed(1)} MiB stay; RSS of both ends +${rss.toFixed(0)} MiB`,
  )
  t.ok(grown < 20)
  await shows(() => true)
  await stop()
})

t.test('a census of 5,000 nodes is made in much less than the time between two', async (t) => {
  const known = {
    nodes: new Map(Array.from({ length: nodes }, (_, i) => [nameOf(i), nodeFacts(wholeNode(i))])),
    pods: Array.from({ length: nodes }, (_, i) => podFacts(wholePod(i))),
    ...{ dns: [], ingress: [], api: [] },
  }
  const { user: before } = process.cpuUsage()
  for (let i = 0; i < 5; i++) t.equal(censusOf(known, { dns: [], ingress: [] }, 1).agents.length, nodes)
  const ms = (process.cpuUsage().user - before) / 5000
  t.comment(`${ms.toFixed(0)} ms of CPU a census`)
  t.ok(ms < 150)
})

const expired = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'expired' } })}\n`

function nameOf(i: number): string {
  return `ip-10-0-${i >> 8}-${i & 255}.eu-central-1.compute.internal`
}

/** 14 kB, as a node of a cloud has: 50 images, conditions, managed fields. */
function wholeNode(i: number): KubeObject {
  const known = node(nameOf(i), `eu-central-1${'abc'[i % 3]}`, { ip: `10.0.${i >> 8}.${i & 255}` })
  const images = Array.from({ length: 50 }, (_, k) => ({
    names: [
      `registry.example/team-${k}/app@sha256:${String(i * 50 + k).padStart(64, '0')}`,
      `registry.example/team-${k}/app:v1.${i}`,
    ],
    sizeBytes: 100_000_000 + k,
  }))
  const managedFields = Array.from({ length: 8 }, (_, k) => ({
    manager: `m${k}`,
    fieldsV1: { 'f:status': 'x'.repeat(500) },
  }))
  return { ...known, metadata: { ...known.metadata, uid: `u${i}`, managedFields }, status: { ...known.status, images } }
}

/** 6 kB, as a pod of the DaemonSet has. */
function wholePod(i: number): KubeObject {
  const uid = `0e9f4a7c-5d0e-4c1b-8a51-${i.toString(16).padStart(12, '0')}`
  const known = pod(nameOf(i), {
    uid,
    name: `meshprobe-agent-${i}`,
    ips: [`10.${42 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`],
  })
  return { ...known, volumes: Array.from({ length: 10 }, (_, k) => ({ name: `v${k}`, text: 'y'.repeat(500) })) }
}
