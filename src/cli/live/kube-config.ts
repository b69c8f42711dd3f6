import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

import { KubeConfig } from '@kubernetes/client-node/dist/config.js'

import type { Environment } from '../../config/environment-source.ts'
import { KubeconfigError } from './kubeconfig-error.ts'

export interface KubeChoice {
  /** A file; else those of `KUBECONFIG`, else the one at home, else the account of the pod that we are in. */
  readonly kubeconfig: string | undefined
  /** Else the current one. */
  readonly context: string | undefined
  readonly env: Environment
}

/** Throws a KubeconfigError when nothing says where a cluster is, or nothing of that name. */
export function configFrom({ kubeconfig, context, env }: KubeChoice): KubeConfig {
  const paths = kubeconfig === undefined ? usualPaths(env) : [kubeconfig]
  const missing = kubeconfig !== undefined && !existsSync(kubeconfig)
  if (missing) throw new KubeconfigError(`--kubeconfig: expected a file that can be read, got none at ${kubeconfig}`)
  const found = paths.filter((path) => existsSync(path))
  if (found.length === 0 && env['KUBERNETES_SERVICE_HOST'] !== undefined && context === undefined) return ofOurPod()
  const configs = found.flatMap(read)
  if (configs.length === 0) {
    const looked = paths.join(', ')
    throw new KubeconfigError(
      `no kubeconfig: nothing in ${looked}; name one with --kubeconfig, or an aggregator with --url`,
    )
  }
  const config = merged(configs)
  const wanted = context ?? config.currentContext ?? ''
  const known = config.contexts.map(({ name }) => name)
  if (!known.includes(wanted)) throw noContext(wanted, known)
  config.setCurrentContext(wanted)
  return config
}

function usualPaths(env: Environment): readonly string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube/config')]
}

function read(path: string): readonly KubeConfig[] {
  const config = new KubeConfig()
  try {
    if (readFileSync(path, 'utf8').trim() === '') return []
    config.loadFromFile(path)
    return [config]
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : error
    throw new KubeconfigError(`kubeconfig: expected a kubeconfig in ${path}, got something else: ${reason}`, {
      cause: error,
    })
  }
}

/** The first that says something wins, as it does for kubectl. */
function merged(configs: readonly KubeConfig[]): KubeConfig {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: firstByName(configs.flatMap(({ clusters }) => clusters)),
    users: firstByName(configs.flatMap(({ users }) => users)),
    contexts: firstByName(configs.flatMap(({ contexts }) => contexts)),
    currentContext: configs.map(({ currentContext }) => currentContext ?? '').find((name) => name !== '') ?? '',
  })
  return config
}

function firstByName<Named extends { readonly name: string }>(list: readonly Named[]): readonly Named[] {
  return [...new Map(list.toReversed().map((one) => [one.name, one])).values()]
}

function ofOurPod(): KubeConfig {
  const config = new KubeConfig()
  config.loadFromCluster()
  return config
}

function noContext(wanted: string, known: readonly string[]): KubeconfigError {
  const choices = known.length === 0 ? 'it has none' : `known: ${known.slice(0, 20).join(', ')}`
  const missing = wanted === '' ? 'no current context, and no --context' : `no context "${wanted}"`
  return new KubeconfigError(`kubeconfig: ${missing}; ${choices}`)
}
