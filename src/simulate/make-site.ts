import { agentState } from './life.ts'
import type { Moment } from './moment.ts'
import { shareOf } from './random.ts'
import type { RoundMakerParts } from './round-maker.ts'
import type { Site } from './site.ts'
import { health } from './weather.ts'
import type { Wire } from './wire.ts'

export interface SiteTime {
  readonly round: number
  readonly present: readonly number[]
  readonly moment: Moment
  readonly wire: Wire
}

/** The leader gives the canary other backends every minute. */
const canaryRounds = 6
const canaryBackends = 4

/** The cluster as it is in one round. */
export function createSite(parts: RoundMakerParts, { round, present, moment, wire }: SiteTime): Site {
  const { cluster, random, life } = parts
  const stateOf = (node: number) => agentState(life, moment.weather(), node, moment.now())
  const pick = () => present[random.below(present.length)] ?? 0

  function backend(): number | undefined {
    const first = pick()
    if (known(first)) return first
    // An endpoint leaves when its pod is not ready, which takes a round to be seen.
    return random.chance(0.5) ? first : pick()
  }

  function known(node: number): boolean {
    return life.isTouched(node) ? stateOf(node) === health.well : moment.weather().agent[node] === 0
  }

  return {
    ...{ cluster, random, round, weather: moment.weather, agentOf: stateOf },
    wire,
    starvedOf: (node) => Math.max(life.starvedOf(node), moment.weather().starved[node] ?? 0),
    knowsOldPod: (source, node) => source !== node && life.knowsOldPod(source, node, round),
    backendFor: backend,
    canaryFor(node) {
      const since = moment.weather().staleProxy[node] ?? 0
      const current = Math.floor(round / canaryRounds)
      const known = since === 0 ? current : Math.floor(since / canaryRounds)
      const chosen = generation(present, known)[random.below(canaryBackends)] ?? 0
      const stale = known < current && !generation(present, current).includes(chosen)
      return { backend: chosen, stale: stale && (round % canaryRounds > 1 || known < current - 1) }
    },
  }
}

function generation(present: readonly number[], number: number): readonly number[] {
  return Array.from(
    { length: canaryBackends },
    (_, i) => present[Math.floor(shareOf(number, i, 3) * present.length)] ?? 0,
  )
}
