import { execFileSync } from 'node:child_process'

import type { LabFault } from '../faults/fault.ts'
import { labFaults } from '../faults/set-fault.ts'

/** All faults take a quarter of an hour and what is held takes as long, so one run of the tests has a part of them, and the next the next part. */
const parts = 8

/** `MESHPROBE_LAB_PART`, from 0, or the part whose turn it is by the number of commits. `all` is every part. */
export function partOfThisRun(env = process.env['MESHPROBE_LAB_PART']): number | 'all' {
  if (env === 'all') return env
  const part = env === undefined || env === '' ? commits() % parts : Number(env)
  if (Number.isInteger(part) && part >= 0 && part < parts) return part
  throw new Error(`MESHPROBE_LAB_PART is all, or a number from 0 to ${parts - 1}, not ${env}`)
}

/** Whether something is in a part: what takes minutes has one part of its own. */
function isInPart(turn: number, part: number | 'all'): boolean {
  return part === 'all' || turn % parts === part
}

/** For what takes minutes: the options of a test that is in one part only. */
export function skipUnless(turn: number) {
  return { skip: isInPart(turn, partOfThisRun()) ? false : 'another part of the rotation' }
}

export function faultsOfPart(part: number | 'all'): readonly LabFault[] {
  return labFaults.filter((_, index) => isInPart(index, part))
}

/** A shallow clone knows one commit, and so always has the same turn. */
function commits(): number {
  return Number(execFileSync('git', ['rev-list', '--count', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }))
}
