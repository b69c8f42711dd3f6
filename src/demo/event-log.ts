import type { Output } from '../cli/command.ts'
import { createFindingTeller } from '../report/finding-lines.ts'
import { createChangeTeller } from '../report/table-changes.ts'
import type { DemoWorld } from './world.ts'
import { written } from './written-fault.ts'

/** Rounds of all nodes have arrived by then: before, half of a cut node's column would be called single pairs. */
const quietMs = 1500

/** Without a terminal: a line for everything that begins or ceases to fail, and for what is found to be the cause. */
export function runEventLog({ stdout }: { readonly stdout: Pick<Output, 'write'> }, world: DemoWorld): () => void {
  const changes = createChangeTeller()
  const found = createFindingTeller()
  let active = world.faults.active()
  let timer: NodeJS.Timeout | undefined
  let first = true

  const say = (text: string) => void stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

  function tell(): void {
    const matrices = world.matrices()
    if (first && matrices.length > 0) {
      first = false
      say(`${matrices[0]?.rows.length} nodes probe each other: ${matrices.length} matrices`)
    }
    for (const line of changes(matrices)) say(line)
    for (const line of found(world.findings())) say(line)
  }

  const silence = world.onNews(() => {
    clearTimeout(timer)
    timer = setTimeout(tell, quietMs)
  })
  const unfollow = world.faults.onChange(() => {
    const now = world.faults.active()
    for (const fault of now) if (!active.includes(fault)) say(`set ${written(fault)}`)
    for (const fault of active) if (!now.includes(fault)) say(`healed ${written(fault)}`)
    active = now
  })
  return () => {
    clearTimeout(timer)
    silence()
    unfollow()
  }
}
