import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { lookAround, type Scene } from '../faults/scene.ts'
import { chartFolder } from '../lab/chart.ts'
import { thisLab } from '../lab/cluster.ts'
import { getJson, helm, kubectl, tryKubectl } from '../lab/kubectl.ts'
import { until } from '../lab/until.ts'

const namespace = 'meshprobe'

/** A namespace in which only pods under the strictest of the Pod Security Standards may run. */
export async function strictNamespace(): Promise<void> {
  await tryKubectl(['create', 'namespace', namespace])
  const strict = ['enforce', 'warn', 'audit'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`)
  await kubectl(['label', '--overwrite', 'namespace', namespace, ...strict])
}

/** Installs or upgrades the release, and waits until every agent of it is ready. */
export async function release(args: readonly string[] = []): Promise<Scene> {
  // By default one agent in ten at a time, which takes minutes.
  const quickly = ['--set', 'agent.updateStrategy.maxUnavailable=100%', '--wait', '--timeout', '120s']
  await helm(['upgrade', '--install', 'meshprobe', chartFolder, '-n', namespace, ...quickly, ...args])
  await agentsRolledOut()
  return lookAround(await thisLab())
}

export async function agentsRolledOut(): Promise<void> {
  await kubectl(['-n', namespace, 'rollout', 'status', 'daemonset/meshprobe-agent', '--timeout=180s'], {
    timeoutMs: 190_000,
  })
}

/** Everything that agents can probe, in rounds as short as they may be: a fault is then seen in less time. */
export async function fullRelease(args: readonly string[] = [], round = '5s'): Promise<Scene> {
  await strictNamespace()
  const { internet } = await thisLab()
  const outside = { targets: [`http://${internet.ips[0]}/`], every: '5s' }
  const config = JSON.stringify({ round, checks: { external: outside } })
  return release(['-f', join(chartFolder, 'ci', 'full-values.yaml'), '--set-json', `config=${config}`, ...args])
}

/** Removes the release; resolves to what is left of it in the cluster. */
export async function uninstall(): Promise<readonly string[]> {
  await helm(['uninstall', 'meshprobe', '-n', namespace, '--wait', '--timeout', '120s'])
  return until({ what: 'the end of the agents', timeoutMs: 60_000 }, async () => {
    const left = await objectsOf('meshprobe')
    return left.some((name) => name.startsWith('pod/')) ? undefined : left
  })
}

export interface MeshKeys {
  readonly current: string
  readonly next: string
  readonly previous: string
}

/** In base64, as the Secret has them. */
export async function meshKeys(): Promise<MeshKeys> {
  const { data } = await getJson<{ data: MeshKeys }>('-n', namespace, 'secret', 'meshprobe-mesh-key')
  return data
}

interface Objects {
  readonly items: readonly {
    readonly kind: string
    readonly metadata: { readonly name: string; readonly namespace?: string }
  }[]
}

/** Whatever the release made, anywhere: it all carries its label. */
async function objectsOf(release: string): Promise<readonly string[]> {
  const kinds = await kubectl(['api-resources', '--verbs=list', '-o', 'name'])
  const asked = kinds.split('\n').filter((kind) => kind !== '' && !kind.startsWith('events'))
  const selector = ['-A', '-l', `app.kubernetes.io/instance=${release}`]
  const { items } = await getJson<Objects>(asked.join(), ...selector)
  return items.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.namespace ?? ''}/${metadata.name}`)
}

export async function ciValues(): Promise<readonly string[]> {
  return (await readdir(join(chartFolder, 'ci'))).map((file) => join(chartFolder, 'ci', file))
}
