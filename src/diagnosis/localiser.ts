import { type Accusation, accusationOf } from './accusation.ts'
import type { Atlas } from './atlas.ts'
import { newBelief } from './belief.ts'
import { doubtfulNodes } from './doubt.ts'
import { type Geometry, geometryOf, suspectAfter } from './geometry.ts'
import type { Hypotheses } from './hypotheses.ts'
import { createRecord, explainKnown } from './known.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Memory } from './memory.ts'
import { learnNoise, newNoise } from './noise.ts'
import { residualAccusations } from './residual.ts'
import { type Scene, sceneOf } from './scene.ts'
import { search } from './search.ts'
import type { Slice } from './slice.ts'

/** Windows in rounds, and every how many rounds they are searched: short ones are quick, long ones see faint faults. */
const windows = [
  { rounds: 2, every: 1 },
  { rounds: 3, every: 1 },
  { rounds: 8, every: 2 },
  { rounds: 24, every: 4 },
] as const
const shortUpTo = 3
const longFrom = 8
/** So many rounds of a long window tell something before it is full. */
const longAtLeast = 5

export interface Judged {
  readonly accusations: readonly Accusation[]
  /** The newest rounds, to look at what was accused before. */
  readonly recent: Scene | undefined
  /** What the shortest window holds to be true, to see what it explains. */
  readonly explained: Hypotheses | undefined
}

export interface Localiser {
  /** Searches all windows that end with `round` and are due. */
  judge(round: number, before: Before): Judged
}

/** What is held of somebody already, and what was until lately. */
export interface Before {
  readonly open: readonly Accusation[]
  readonly ended: readonly { readonly accusation: Accusation; readonly lastActive: number }[]
}

/** Searches the memory for faults; remembers the noise, and what it has explained. */
export function createLocaliser(atlas: Atlas, memory: Memory, lifecycle: Lifecycle): Localiser {
  const noise = newNoise()
  const record = createRecord()
  let judged = 0
  let hasLearned = false

  function searched(
    slices: readonly Slice[],
    geometry: Geometry,
    open: readonly Accusation[],
  ): { scene: Scene; hypotheses: Hypotheses } {
    const long = slices.length > shortUpTo
    const skip = (slice: Slice, offset: number) => long && slice.settled.has(offset)
    const scene = sceneOf({ geometry, slices, noise, skip, steady: lifecycle.isSteady, held: heldIn(geometry, open) })
    // Before anything is known of the noise, all that fails might be noise.
    if (!hasLearned) learnNoise(noise, newBelief(scene), 1)
    hasLearned = true
    const belief = newBelief(scene)
    const known = explainKnown(belief, { lifecycle, record: long ? record : undefined, open })
    const hypotheses = search(belief, known)
    return { scene, hypotheses }
  }

  return {
    judge(round, { open, ended }) {
      const accusations: Accusation[] = []
      let [recent, explained]: [Scene | undefined, Hypotheses | undefined] = [undefined, undefined]
      judged += 1
      for (const { rounds, every } of windows) {
        const slices = memory.window(round, rounds)
        if (slices.length < Math.min(rounds, longAtLeast) || round % every !== 0) continue
        const { scene, hypotheses } = searched(slices, geometryOf(atlas, doubtfulNodes(slices)), open)
        if (rounds <= longFrom) record.note(scene, hypotheses)
        if (rounds === shortUpTo) record.settle(scene, hypotheses)
        const told = hypotheses.accepted.filter(({ pending, score }) => !pending && score > 0)
        accusations.push(...told.map((candidate) => accusationOf(scene, candidate)))
        if (rounds >= longFrom) {
          // What ended before the window began has left nothing in it.
          const lately = ended.filter(({ lastActive }) => lastActive >= scene.first - 1)
          const held = heldIn(scene.geometry, [...open, ...lately.map(({ accusation }) => accusation)])
          accusations.push(...residualAccusations(hypotheses.belief, held))
        }
        if (rounds === shortUpTo || recent === undefined) {
          recent = scene
          explained = hypotheses
        }
        const longest = windows.at(-1)?.rounds === rounds
        if (longest || judged <= 6) learnNoise(noise, hypotheses.belief, judged <= 6 ? 0.5 : 0.2)
      }
      return { accusations, recent, explained }
    },
  }
}

/** By suspect, the mode that it is held guilty of. */
function heldIn(geometry: Geometry, open: readonly Accusation[]): ReadonlyMap<number, number> {
  return new Map(
    open.flatMap(({ charge }) =>
      charge.is === 'mode' ? [[suspectAfter(charge.geometry, geometry, charge.suspect), charge.mode]] : [],
    ),
  )
}
