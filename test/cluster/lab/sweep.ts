import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { ourCgroups, removeCgroups } from './cgroups.ts'
import { stateFolder } from './paths.ts'
import { labPrefix } from './plan.ts'
import { run } from './run.ts'

const netnsFolder = '/run/netns'
const shimSockets = '/run/containerd/s'

/** What is left of a lab on this machine; all empty when there is none. */
export interface Remains {
  readonly processes: readonly number[]
  readonly namespaces: readonly string[]
  readonly mounts: readonly string[]
  readonly cgroups: readonly string[]
}

export async function remains(): Promise<Remains> {
  const [processes, namespaces, mounts, cgroups] = await Promise.all([
    ourProcesses(),
    ourNamespaces(),
    ourMounts(),
    ourCgroups(),
  ])
  return { processes, namespaces, mounts, cgroups }
}

/**
 * Ends and removes everything of a lab, however it was left: whatever process lives in one of its namespaces, be it the
 * lab's own, a pod's or a shim's, belongs to it; no list has to be right for that.
 */
export async function sweep(): Promise<void> {
  await endProcesses()
  for (const mount of await ourMounts()) await run('umount', ['--lazy', mount])
  for (const namespace of await ourNamespaces()) await run('ip', ['netns', 'delete', namespace])
  await removeCgroups()
  await removeShimSockets()
  await rm(stateFolder, { recursive: true, force: true })
}

/** Shims leave their sockets in a folder that no setting moves; those of the machine's own containerd are in use. */
async function removeShimSockets(): Promise<void> {
  const inUse = await readFile('/proc/net/unix', 'utf8')
  for (const name of await readdir(shimSockets).catch(() => [])) {
    if (!inUse.includes(name)) await rm(join(shimSockets, name), { force: true })
  }
}

async function endProcesses(): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const pids = await ourProcesses()
    if (pids.length === 0) return
    if (Date.now() > deadline) throw new Error(`these processes of the lab do not end: ${pids.join(' ')}`)
    for (const pid of pids) kill(pid)
    await sleep(100)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}

export async function ourNamespaces(): Promise<readonly string[]> {
  const names = await readdir(netnsFolder).catch(() => [])
  return names.filter((name) => name.startsWith(labPrefix))
}

/** Deepest first, so that each can be unmounted. */
async function ourMounts(): Promise<readonly string[]> {
  const table = await readFile('/proc/self/mounts', 'utf8')
  const points = table.split('\n').map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
  return points.filter((point) => point.startsWith(`${stateFolder}/`)).sort((a, b) => b.length - a.length)
}

/** Not ourselves and those who started us, who may sit in the operator's namespace. */
async function ourProcesses(): Promise<readonly number[]> {
  const inodes = new Set(await namespaceInodes())
  const spared = new Set(await ancestors())
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || spared.has(pid)) continue
    const link = await readlink(`/proc/${pid}/ns/net`).catch(() => '')
    if (inodes.has(link)) found.push(pid)
  }
  return found
}

async function namespaceInodes(): Promise<readonly string[]> {
  const named = (await ourNamespaces()).map((name) => join(netnsFolder, name))
  // Those of pods are bind mounts below the state folder.
  const pods = (await ourMounts()).filter((mount) => mount.includes('/netns/'))
  const all = await Promise.all([...named, ...pods].map((path) => stat(path).catch(() => undefined)))
  return all.flatMap((file) => (file === undefined ? [] : [`net:[${file.ino}]`]))
}

async function ancestors(): Promise<readonly number[]> {
  const found: number[] = []
  for (let pid = process.pid; pid > 1; ) {
    found.push(pid)
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    pid = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0)
  }
  return found
}
