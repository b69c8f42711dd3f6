import { type Chosen, takesTurn } from '../model/peer-choice.ts'
import type { Probe, Scene } from '../model/probe.ts'
import { slotOf } from '../model/schedule.ts'
import { type Target, targetKey } from '../model/target.ts'

/** One probe of one target, in its slot. */
export interface Task {
  readonly key: string
  readonly probe: Probe
  readonly target: Target
  readonly index: number
}

/** What an agent does in each round of an epoch. */
export interface Plan {
  readonly viewHash: string
  readonly chosen: Chosen
  readonly targets: ReadonlyMap<string, Target>
  /** By slot; tasks that have no turn in a given round are left out by `due`. */
  readonly slots: readonly (readonly Task[])[]
}

/** Spreads every target of every probe over the slots of a round. Pure. */
export function planFor(probes: readonly Probe[], scene: Scene, slotCount: number): Plan {
  const slots: Task[][] = Array.from({ length: slotCount }, () => [])
  const targets = new Map<string, Target>()
  for (const probe of probes) {
    for (const target of probe.targets(scene)) {
      const key = targetKey(target)
      if (targets.has(key)) continue
      targets.set(key, target)
      // All that one peer is asked comes in the same slots: it then wakes up once to answer, and so do we.
      const together = target.peer?.node ?? key
      for (let index = 0; index < target.perRound; index++) {
        const slot = slotOf(scene.self.node, together, index, target.perRound, slotCount)
        slots[slot]?.push({ key, probe, target, index })
      }
    }
  }
  return { viewHash: scene.surroundings.view.hash, chosen: scene.chosen, targets, slots }
}

/** What is to be asked in one slot of one round. */
export function due({ slots, chosen }: Plan, round: number, slot: number): readonly Task[] {
  return (slots[slot] ?? []).filter(({ target }) => takesTurn(chosen, round, target.everyRounds))
}
