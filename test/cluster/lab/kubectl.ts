import { adminKubeconfig, bin } from './paths.ts'
import { operatorNetns } from './plan.ts'
import { attempt, type Ended, type RunOptions, run } from './run.ts'

const env = { KUBECONFIG: adminKubeconfig }

/** kubectl as the cluster's administrator. Throws when it fails. */
export function kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(bin('kubectl'), args, { netns: operatorNetns, env, ...options })
}

export function tryKubectl(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return attempt(bin('kubectl'), args, { netns: operatorNetns, env, ...options })
}

/** What the API server has, as an object. */
export async function getJson<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', '-o', 'json', ...args]))
}

export function apply(manifest: string): Promise<string> {
  return kubectl(['apply', '-f', '-'], { input: manifest })
}

export function helm(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(bin('helm'), args, { netns: operatorNetns, env, timeoutMs: 300_000, ...options })
}
