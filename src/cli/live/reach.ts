import { systemClock } from '../../agent/system-clock.ts'
import { UsageError } from '../usage-error.ts'
import { aggregatorMesh } from './aggregator-mesh.ts'
import { ask, type Get } from './ask.ts'
import { forwardedGet } from './forwarded.ts'
import type { Cluster } from './kube-cluster.ts'
import { isKubeconfigError } from './kubeconfig-error.ts'
import type { Mesh } from './mesh.ts'
import { proxiedGet, wantsToKnowWho } from './proxied.ts'
import { UnreachedError } from './unreached-error.ts'
import type { Where } from './where.ts'

/** For one answer, a plug-in that fetches credentials included. */
const answerMs = 15_000

/**
 * Whoever can tell about the mesh there. Its questions throw an UnreachedError when nobody answers, and this a UsageError
 * for a kubeconfig that cannot be used.
 */
export async function reach(where: Where, signal: AbortSignal): Promise<Mesh> {
  if (where.way === 'url') return aggregatorMesh(urlGet(where.url), systemClock.wallMs, signal)
  const cluster = explaining(await clusterOf(where))
  if (where.way === 'direct') return (await import('./direct-mesh.ts')).directMesh(cluster, where, signal)
  const get = where.way === 'forward' ? forwardedGet(cluster, where) : proxiedFirst(cluster, where)
  return aggregatorMesh(
    (path, signal) => explained(`the aggregator in ${cluster.name}`, signal, (limited) => get(path, limited)),
    systemClock.wallMs,
    signal,
  )
}

async function clusterOf(where: Where): Promise<Cluster> {
  const { openCluster } = await import('./kube-cluster.ts')
  try {
    return openCluster(where)
  } catch (error) {
    throw isKubeconfigError(error) ? new UsageError(error.message, { cause: error }) : error
  }
}

function urlGet(url: string): Get {
  return (path, signal) =>
    explained(`the aggregator at ${url}`, signal, (limited) => ask(new URL(`${url}${path}`), {}, limited))
}

/** Through the service proxy, until the aggregator wants to know who asks. */
function proxiedFirst(cluster: Cluster, where: Where): Get {
  const proxied = proxiedGet(cluster, where)
  const forwarded = forwardedGet(cluster, where)
  let get = proxied
  return async (path, signal) => {
    const answer = await get(path, signal)
    if (get !== proxied || !wantsToKnowWho(answer)) return answer
    get = forwarded
    return get(path, signal)
  }
}

/** The same, with a deadline for each question and errors in sentences. */
function explaining(cluster: Cluster): Cluster {
  const server = `the API server of ${cluster.name}`
  return {
    name: cluster.name,
    get: (path, signal) => explained(server, signal, (limited) => cluster.get(path, limited)),
    forward: cluster.forward,
  }
}

async function explained<T>(who: string, signal: AbortSignal, ask: (limited: AbortSignal) => Promise<T>): Promise<T> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
  try {
    return await ask(limited)
  } catch (error) {
    if (signal.aborted || error instanceof UnreachedError) throw error
    const why = limited.aborted ? `no answer within ${answerMs / 1000} s` : reasonOf(error)
    throw new UnreachedError(`could not ask ${who}: ${why}`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  // Of several addresses that were tried, the first says enough.
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message.trim() || first.name : String(first)
}
