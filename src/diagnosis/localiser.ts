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
const fewNodes = 200

export interface Judged {
  readonly accusations: readonly Accusation[]
  /** The windows that were searched, by their length in rounds. */
  readonly scenes: ReadonlyMap<number, Scene>
  /** The newest rounds, to look at what was accused before. */
  readonly recent: Scene | undefined
  /** The newest of them alone, to see what is over; only when something is open. */
  readonly newest: Scene | undefined
  /** What the shortest window holds to be true, to see what it explains. */
  readonly explained: Hypotheses | undefined
}

export interface Localiser {
  /** Searches all windows that end with `round` and are due. */
  judge(round: number, before: Before): Judged
  /** Searches the short window that ended with an earlier round once more, for more is known of it now. */
  look(round: number): SecondLook | undefined
}

export interface SecondLook {
  readonly scene: Scene
  /** What is named, when at least as much of it was seen in other rounds. */
  accusations(severityAtLeast: number): readonly Accusation[]
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

  /** One path, or one node's Services, are looked for every round where that costs little. */
  const looksForPaths = (rounds: number) => rounds === longFrom && atlas.nodes.length <= fewNodes

  function seen(slices: readonly Slice[], geometry: Geometry, open: readonly Accusation[]): Scene {
    const long = slices.length > shortUpTo
    const skip = (slice: Slice, offset: number) => long && slice.settled.has(offset)
    return sceneOf({ geometry, slices, noise, skip, steady: lifecycle.isSteady, held: heldIn(geometry, open) })
  }

  function searched(scene: Scene, open: readonly Accusation[]): Hypotheses {
    // Before anything is known of the noise, all that fails might be noise.
    if (!hasLearned) learnNoise(noise, newBelief(scene), 1)
    hasLearned = true
    const belief = newBelief(scene)
    const known = explainKnown(belief, { lifecycle, record: scene.rounds > shortUpTo ? record : undefined, open })
    return search(belief, known)
  }

  return {
    look(round) {
      const slices = memory.window(round, shortUpTo)
      if (slices.length === 0) return undefined
      const scene = seen(slices, geometryOf(atlas, doubtfulNodes(slices)), [])
      const hypotheses = searched(scene, [])
      return { scene, accusations: (severityAtLeast) => toldBy(hypotheses, scene, severityAtLeast) }
    },

    judge(round, { open, ended }) {
      const accusations: Accusation[] = []
      const scenes = new Map<number, Scene>()
      let [recent, explained]: [Scene | undefined, Hypotheses | undefined] = [undefined, undefined]
      judged += 1
      for (const { rounds, every } of windows) {
        const slices = memory.window(round, rounds)
        const isDue = round % every === 0
        if (slices.length < Math.min(rounds, longAtLeast) || !(isDue || looksForPaths(rounds))) continue
        const scene = seen(slices, geometryOf(atlas, doubtfulNodes(slices)), open)
        const hypotheses = searched(scene, open)
        scenes.set(scene.rounds, scene)
        if (isDue && rounds <= longFrom) record.note(scene, hypotheses)
        if (rounds === shortUpTo) record.settle(scene, hypotheses)
        if (isDue) accusations.push(...toldBy(hypotheses, scene))
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
        if (isDue && (longest || judged <= 6)) learnNoise(noise, hypotheses.belief, judged <= 6 ? 0.5 : 0.2)
      }
      const last = open.length === 0 ? [] : memory.window(round, 1)
      const newest = last.length === 0 ? undefined : seen(last, geometryOf(atlas, doubtfulNodes(last)), open)
      return { accusations, scenes, recent, newest, explained }
    },
  }
}

function toldBy({ accepted }: Hypotheses, scene: Scene, severityAtLeast = 0): readonly Accusation[] {
  return accepted
    .filter(({ pending, score }) => !pending && score > 0)
    .map((candidate) => accusationOf(scene, candidate, severityAtLeast))
}

/** By suspect, the mode that it is held guilty of. */
function heldIn(geometry: Geometry, open: readonly Accusation[]): ReadonlyMap<number, number> {
  return new Map(
    open.flatMap(({ charge }) =>
      charge.is === 'mode' ? [[suspectAfter(charge.geometry, geometry, charge.suspect), charge.mode]] : [],
    ),
  )
}
