import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { ConfigError } from '../config/config-error.ts'
import type { Environment } from '../config/environment-source.ts'
import type { Values } from './settings.ts'

/** Refuses to look for peers in a cluster where there is none. Throws ConfigError. */
export function mustBeInCluster({ kubernetes }: Values['discovery'], env: Environment): void {
  const missing = []
  if (kubernetes.serverHost === '' && env['KUBERNETES_SERVICE_HOST'] === undefined) {
    const problem = 'expected kubernetes in a pod, or static with a list of peers; this is no pod of a cluster'
    missing.push({ path: 'discovery.kind', problem })
  } else if (kubernetes.namespace === '' && !existsSync(join(dirname(kubernetes.tokenFile), 'namespace'))) {
    const problem = `expected a namespace, got none and no file of it beside ${kubernetes.tokenFile}`
    missing.push({ path: 'discovery.kubernetes.namespace', problem })
  }
  if (missing.length > 0) throw new ConfigError(missing)
}

/** Opens a listener; a port or address that cannot be had becomes a ConfigError that names its settings. */
export async function mustListen<T>(
  setting: 'listen' | 'metrics' | 'aggregator.listen',
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const reason = listenProblems[code]
    if (reason === undefined || !(error instanceof Error)) throw error
    throw new ConfigError([{ path: setting, problem: `${reason}: ${error.message}` }], { cause: error })
  }
}

const listenProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'expected a free port, got one that something else listens on',
  EADDRNOTAVAIL: 'expected an address of this machine, got another',
  EACCES: 'expected a port that may be opened, got one that needs more rights',
}
