import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'

import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'

import { type Answer, ask } from './ask.ts'
import { configFrom, type KubeChoice } from './kube-config.ts'
import { type ForwardedPort, openForward } from './kube-forward.ts'
import { KubeconfigError } from './kubeconfig-error.ts'

/** A cluster, as the user of a kubeconfig may use it. */
export interface Cluster {
  /** `context prod (https://10.0.0.1:6443)`, for sentences. */
  readonly name: string
  /** Asks its API server. */
  get(path: string, signal: AbortSignal): Promise<Answer>
  /** A connection to a port of a pod, as seen from inside the pod. */
  forward(port: ForwardedPort, signal: AbortSignal): Promise<Duplex>
}

/**
 * With the credentials of a kubeconfig, plug-ins included. Throws a KubeconfigError when there is none that says how.
 * This file and what it imports become a file of their own in the bundle: it weighs a megabyte, which no agent needs.
 */
export function openCluster(choice: KubeChoice): Cluster {
  const config = configFrom(choice)
  const context = config.getCurrentContext()
  const server = config.getCurrentCluster()?.server ?? ''
  if (!URL.canParse(server)) throw new KubeconfigError(`kubeconfig: context ${context} names no API server`)
  return {
    name: `context ${context} (${server})`,
    async get(path, signal) {
      const options = await withCredentials(config, signal)
      return ask(new URL(`${server.replace(/\/+$/, '')}${path}`), options, signal)
    },
    forward: (port, signal) => openForward(config, port, signal),
  }
}

/** Reads tokens anew each time, and may run the plug-in that the kubeconfig names. */
async function withCredentials(config: KubeConfig, signal: AbortSignal): Promise<RequestOptions> {
  const options: RequestOptions = {}
  const applied = config.applyToHTTPSOptions(options)
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  await Promise.race([applied, aborted])
  return options
}
