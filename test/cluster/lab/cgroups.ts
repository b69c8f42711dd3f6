import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { labPrefix } from './plan.ts'

const root = '/sys/fs/cgroup'

/** A cgroup per node under every controller, for version 1 and 2 alike; the kubelet makes those of the pods in it. */
export async function makeCgroup(node: string): Promise<void> {
  if (isUnified()) return void (await mkdir(join(root, labPrefix + node), { recursive: true }))
  for (const hierarchy of await hierarchies()) {
    const folder = join(hierarchy, labPrefix + node)
    await mkdir(folder, { recursive: true })
    // An empty cpuset holds no process.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const parent = join(hierarchy, file)
      if (existsSync(parent)) await writeFile(join(folder, file), (await readFile(parent, 'utf8')).trim())
    }
  }
}

/** The cgroups of all labs, whose processes must have ended. */
export async function removeCgroups(): Promise<void> {
  for (const folder of await ourCgroups()) await removeTree(folder)
}

export async function ourCgroups(): Promise<readonly string[]> {
  const found = []
  for (const hierarchy of await hierarchies()) {
    const names = await readdir(hierarchy).catch(() => [])
    found.push(...names.filter((name) => name.startsWith(labPrefix)).map((name) => join(hierarchy, name)))
  }
  return found
}

function isUnified(): boolean {
  return existsSync(join(root, 'cgroup.controllers'))
}

async function hierarchies(): Promise<readonly string[]> {
  if (isUnified()) return [root]
  const entries = await readdir(root, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name))
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name))
  await rmdir(folder)
}
