import { readFile } from 'node:fs/promises'

import { systemClock } from '../agent/system-clock.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Environment } from '../config/environment-source.ts'
import { kubernetesDiscovery } from '../discovery/kubernetes.ts'
import { resolveName } from '../discovery/resolve-name.ts'
import { staticDiscovery } from '../discovery/static.ts'
import type { Clock } from '../model/clock.ts'
import type { Discovery, Surroundings } from '../model/peer.ts'
import type { KubeServer } from './kubeconfig.ts'
import { surroundingsOutside } from './outside.ts'
import type { Values } from './settings.ts'

/** From where a check looks, and what it knows there. */
export interface Whereabouts {
  readonly place: 'list' | 'pod' | 'outside'
  readonly surroundings: Surroundings
  /** What could not be learned, in words. */
  readonly troubles: readonly string[]
  /** Outside, the API server of the kubeconfig. */
  readonly server?: KubeServer
}

/** Looks around once: by the list in the settings, as a pod of the cluster, or as a machine outside of it. */
export async function lookAround(values: Values, env: Environment, signal: AbortSignal): Promise<Whereabouts> {
  if (values.discovery.kind === 'static') {
    const surroundings = await firstOf(staticDiscovery(values.discovery.static), signal)
    return { place: 'list', surroundings, troubles: [] }
  }
  if (values.discovery.kubernetes.serverHost === '' && env['KUBERNETES_SERVICE_HOST'] === undefined) {
    return { place: 'outside', ...(await surroundingsOutside(env)) }
  }
  return { place: 'pod', ...(await askCluster(values.discovery.kubernetes, env, signal)) }
}

async function askCluster(
  values: Values['discovery']['kubernetes'],
  env: Environment,
  signal: AbortSignal,
): Promise<Omit<Whereabouts, 'place'>> {
  const troubles: string[] = []
  const polled = new AbortController()
  const stop = () => polled.abort()
  signal.addEventListener('abort', stop, { once: true })
  const discovery = kubernetesDiscovery(
    { ...values, startDelay: 0 },
    {
      clock: stoppingAfterOnePoll(stop),
      random: () => 0,
      readFile: (path) => readFile(path, 'utf8'),
      resolve: resolveName,
      env,
      userAgent: 'meshprobe-check',
      log: (line) => troubles.push(line),
      onRequest: () => {},
    },
  )
  try {
    let surroundings: Surroundings | undefined
    for await (const known of discovery.watch(polled.signal)) surroundings = known
    signal.throwIfAborted()
    if (surroundings === undefined) throw new Error('discovery knew nothing at all')
    return { surroundings, troubles }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const problem = `expected a namespace, got none and no file of it beside ${values.tokenFile}`
    throw new ConfigError([{ path: 'discovery.kubernetes.namespace', problem }], { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Discovery sleeps before its first poll and after it; we need no second one. */
function stoppingAfterOnePoll(stop: () => void): Clock {
  let sleeps = 0
  return {
    ...systemClock,
    async sleep(_ms, signal) {
      if (++sleeps > 1) stop()
      signal.throwIfAborted()
    },
  }
}

async function firstOf(discovery: Discovery, signal: AbortSignal): Promise<Surroundings> {
  for await (const surroundings of discovery.watch(signal)) return surroundings
  throw signal.reason
}
