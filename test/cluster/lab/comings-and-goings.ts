import { setTimeout as sleep } from 'node:timers/promises'

import { kubectl, tryKubectl } from './kubectl.ts'
import { startKubelet } from './node.ts'
import { containerdSocket } from './paths.ts'
import { fabricNetns, type LabNode } from './plan.ts'
import { endProgram } from './processes.ts'
import { attempt, run } from './run.ts'
import { until } from './until.ts'

/** Takes all pods from a node but those of DaemonSets, and lets no others come. */
export async function drain({ name }: LabNode): Promise<void> {
  const all = ['--ignore-daemonsets', '--delete-emptydir-data', '--force']
  await kubectl(['drain', name, ...all, '--grace-period=5', '--timeout=100s'])
}

/** Nothing on it runs or is reached for `downMs`; then all comes back as it was, its pods anew. */
export async function reboot(node: LabNode, downMs: number): Promise<void> {
  await plug(node, 'down')
  try {
    await endPods(node)
    await sleep(downMs)
  } finally {
    await plug(node, 'up')
  }
}

/** As an autoscaler and a cloud do it: drained, switched off, and its Node deleted. */
export async function scaleIn(node: LabNode): Promise<void> {
  await drain(node)
  await plug(node, 'down')
  await endProgram(`kubelet-${node.name}`)
  await endPods(node)
  await kubectl(['delete', 'node', node.name])
}

/** What was scaled in comes as a new machine with the same name. */
export async function scaleOut(node: LabNode): Promise<void> {
  await plug(node, 'up')
  await startKubelet(node)
  await ready(node)
}

/** Takes back whatever of these is half done. */
export async function bringBack(node: LabNode): Promise<void> {
  await plug(node, 'up')
  const { code } = await tryKubectl(['uncordon', node.name])
  if (code !== 0) await scaleOut(node)
}

async function ready({ name }: LabNode): Promise<void> {
  await until({ what: `${name} getting ready`, timeoutMs: 60_000, everyMs: 1000 }, async () => {
    const { code } = await tryKubectl(['wait', `node/${name}`, '--for=condition=Ready', '--timeout=1s'])
    return code === 0 ? true : undefined
  })
}

async function plug({ name }: LabNode, state: 'up' | 'down'): Promise<void> {
  await run('ip', ['-n', fabricNetns, 'link', 'set', name, state])
}

/** Everything that runs in pods of the node, without a word to them. */
async function endPods({ name }: LabNode): Promise<void> {
  const ctr = ['-a', containerdSocket(name), '-n', 'k8s.io', 'tasks']
  const tasks = (await run('ctr', [...ctr, 'list', '-q'])).split('\n').filter((id) => id !== '')
  // One may have ended by itself meanwhile.
  for (const id of tasks) await attempt('ctr', [...ctr, 'kill', '-s', 'SIGKILL', id])
}
