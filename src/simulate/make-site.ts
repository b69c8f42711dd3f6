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
/** Rounds until the control plane calls a node that is silent not ready. */
const graceRounds = 4
const drawsAtMost = 20

/** The cluster as it is in one round. */
export function createSite(parts: RoundMakerParts, { round, present, moment, wire }: SiteTime): Site {
  const { cluster, random, life, stage } = parts
  const stateOf = (node: number) => agentState(life, moment.weather(), node, moment.now())
  const pick = () => present[random.below(present.length)] ?? 0

  /** One of those whose pod was ready when the round began: it takes that long until all know of a change. */
  function backend(): number | undefined {
    for (let drawn = 0; drawn < drawsAtMost; drawn++) {
      const node = pick()
      if (isEndpoint(node)) return node
    }
    return undefined
  }

  function isEndpoint(node: number): boolean {
    const gone = stage.goneFor(node)
    // What a kubelet that is gone has said last holds for a while.
    if (gone > 0) return gone <= graceRounds
    return agentState(life, stage.before(), node, 0) === health.well
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
