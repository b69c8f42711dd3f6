import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { nearest } from '../../../src/config/nearest.ts'
import { inState } from '../lab/paths.ts'
import type { Plan } from '../lab/plan.ts'
import type { LabFault, WrittenFault } from './fault.ts'
import * as list from './list.ts'
import { lookAround, type Scene } from './scene.ts'
import { mustBeThere } from './target.ts'

export const labFaults: readonly LabFault[] = Object.values(list)

/** A fault that is set, with what was where when it was. */
interface Record {
  readonly fault: string
  readonly target: string
  readonly scene: Scene
}

const folder = inState('faults')

/** Reads `pod_network_cut=w3`. Throws a sentence when there is no such fault. */
export function readFault(written: string): WrittenFault {
  const [name = '', target = 'cluster'] = written.split('=')
  const fault = labFaults.find((known) => known.name === name)
  if (fault !== undefined) return { fault, target }
  const names = labFaults.map((known) => known.name)
  const near = nearest(name, names)
  throw new Error(`no fault "${name}"${near === undefined ? '' : `, did you mean ${near}?`} known: ${names.join(', ')}`)
}

/** Sets a fault, and writes it down first: it can be healed by whoever comes later, and when this is killed halfway. */
export async function setFault({ fault, target }: WrittenFault, plan: Plan, scene?: Scene): Promise<Scene> {
  const known = scene ?? (await lookAround(plan))
  mustBeThere(fault.target, target, known)
  await mkdir(folder, { recursive: true })
  await writeFile(fileOf(fault.name, target), JSON.stringify({ fault: fault.name, target, scene: known }))
  await fault.set(target, known)
  return known
}

export async function healFault({ fault, target }: WrittenFault): Promise<void> {
  const { scene } = await recordIn(fileOf(fault.name, target))
  await fault.heal(target, scene)
  await rm(fileOf(fault.name, target))
}

/** Heals all faults that are set; resolves to what they were. */
export async function healAll(): Promise<readonly string[]> {
  const set = await faultsSet()
  for (const written of set) await healFault(readFault(written))
  return set
}

/** As they were written: `pod_network_cut=w3`. */
export async function faultsSet(): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => [])
  const records = await Promise.all(files.sort().map((file) => recordIn(join(folder, file))))
  return records.map(({ fault, target }) => `${fault}=${target}`)
}

function fileOf(fault: string, target: string): string {
  return join(folder, `${fault}=${encodeURIComponent(target)}.json`)
}

async function recordIn(file: string): Promise<Record> {
  return JSON.parse(await readFile(file, 'utf8'))
}
