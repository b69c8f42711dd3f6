import { spawn } from 'node:child_process'

import { thisLab } from '../lab/cluster.ts'
import { adminKubeconfig, bin } from '../lab/paths.ts'
import { operatorNetns } from '../lab/plan.ts'
import { within } from '../lab/run.ts'
import type { LabCommand } from './command.ts'

export const kubectl: LabCommand = {
  usage: 'kubectl …',
  doc: "kubectl as the cluster's administrator",
  run: (args) => passOn(operatorNetns, [bin('kubectl'), ...args]),
}

export const helm: LabCommand = {
  usage: 'helm …',
  doc: "Helm as the cluster's administrator",
  run: (args) => passOn(operatorNetns, [bin('helm'), ...args]),
}

/** Hands over the terminal to a program within the lab. Throws when none is up. */
export async function passOn(netns: string, command: readonly string[]): Promise<number> {
  await thisLab()
  const [program = '', ...args] = within(netns, command)
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, KUBECONFIG: adminKubeconfig } })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
