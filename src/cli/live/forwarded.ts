import type { Duplex } from 'node:stream'

import { podFacts } from '../../discovery/watch/pod-facts.ts'
import { type Answer, ask, type Get } from './ask.ts'
import type { Cluster } from './kube-cluster.ts'
import { listed } from './listed.ts'
import { UnreachedError } from './unreached-error.ts'
import type { Where } from './where.ts'

/** Where an aggregator answers without asking who it is: on the loopback of its pod. */
const loopbackPort = 7794
const aggregators = 'app.kubernetes.io/name=meshprobe,app.kubernetes.io/component=aggregator'

/** The aggregator, asked on the loopback of its pod: who may forward a port of it may read it. */
export function forwardedGet(cluster: Cluster, { namespace, localPort = loopbackPort }: Where): Get {
  let pod: Promise<string> | undefined
  return async (path, signal) => {
    pod ??= readyPod(cluster, namespace, signal)
    return askPod(cluster, { namespace, pod: await pod, port: localPort }, path, signal)
  }
}

export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** One GET on the loopback of a pod, over a connection of its own. Throws an UnreachedError when it fails. */
export async function askPod(cluster: Cluster, to: PodPort, path: string, signal: AbortSignal): Promise<Answer> {
  let connection: Duplex | undefined
  try {
    const opened = await cluster.forward(to, signal)
    connection = opened
    return await ask(new URL(`http://localhost:${to.port}${path}`), { createConnection: () => opened }, signal)
  } catch (error) {
    if (signal.aborted) throw error
    throw new UnreachedError(sentence(cluster, to, error), { cause: error })
  } finally {
    connection?.destroy()
  }
}

async function readyPod(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<string> {
  const query = new URLSearchParams({ labelSelector: aggregators })
  const pods = await listed(cluster, `/api/v1/namespaces/${namespace}/pods?${query}`, signal)
  const ready = pods.find((pod) => podFacts(pod).ready)
  if (ready !== undefined) return nameOf(ready)
  throw new UnreachedError(
    pods.length === 0
      ? `no pod of an aggregator in namespace ${namespace} of ${cluster.name}; --direct asks the agents`
      : `none of the ${pods.length} pods of the aggregator in namespace ${namespace} is ready; --direct asks the agents`,
  )
}

/** The name of an object of the API server. */
export function nameOf(object: unknown): string {
  const { metadata } = object as { readonly metadata?: { readonly name?: unknown } }
  return String(metadata?.name ?? '')
}

function sentence({ name }: Cluster, { namespace, pod, port }: PodPort, error: unknown): string {
  const what = `port ${port} of pod ${namespace}/${pod} of ${name}`
  const why = error instanceof Error ? error.message : String(error)
  if (/\b403\b/.test(why)) {
    return `may not forward ${what}: it takes the verbs get and create on pods/portforward in namespace ${namespace}`
  }
  // The kubelet tells of namespaces and sandboxes, at length.
  if (/connection refused/.test(why)) return `nothing listens on ${what} (connection refused)`
  return `could not forward ${what}: ${why || 'the connection was closed'}`
}
