import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ourCgroups } from './cgroups.ts'

const periodMicroseconds = 100_000

/** Sends a signal to all processes of a pod. Throws when it has none here. */
export async function signalPod(uid: string, signal: NodeJS.Signals): Promise<void> {
  const folders = await foldersOf(uid)
  const groups = (await Promise.all(folders.map((folder) => subfolders(folder)))).flat()
  const lists = await Promise.all(groups.map((group) => readFile(join(group, 'cgroup.procs'), 'utf8')))
  const pids = new Set(lists.flatMap((list) => list.split('\n').filter((line) => line !== '')))
  if (pids.size === 0) throw new Error(`no process of the pod ${uid} is on this machine`)
  for (const pid of pids) process.kill(Number(pid), signal)
}

/** Gives a pod this share of one core at most; without a share, as much as there is. */
export async function limitPod(uid: string, share?: number): Promise<void> {
  const quota = share === undefined ? undefined : Math.round(share * periodMicroseconds)
  const [folder] = (await foldersOf(uid)).filter((one) => limitsOf(one) !== undefined)
  const file = folder === undefined ? undefined : limitsOf(folder)
  if (file === undefined) throw new Error(`the CPU of the pod ${uid} cannot be limited`)
  await writeFile(file, file.endsWith('cpu.max') ? `${quota ?? 'max'} ${periodMicroseconds}` : String(quota ?? -1))
}

/** The file of version 2 or of version 1, in whichever hierarchy has it. */
function limitsOf(folder: string): string | undefined {
  return ['cpu.max', 'cpu.cfs_quota_us'].map((name) => join(folder, name)).find((file) => existsSync(file))
}

async function foldersOf(uid: string): Promise<readonly string[]> {
  const classes = (await ourCgroups()).flatMap((node) =>
    ['', 'burstable', 'besteffort'].map((name) => join(node, 'kubepods', name, `pod${uid}`)),
  )
  return classes.filter((folder) => existsSync(folder))
}

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
}
