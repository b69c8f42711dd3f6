import type { Cluster } from './cluster.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'
import { isHappening, type Plan } from './scenario.ts'
import { clearWeather, type Weather } from './weather.ts'

/** Turns the plan of a scenario into weather, round by round. */
export interface Stage {
  roundBegins(life: Life, index: number, round: number): void
  /** What is broken before and after the moment of change. */
  before(): Weather
  after(): Weather
  /** When in its round something changes, from 0 to 1. */
  readonly offset: number
  /** Nodes that are cordoned. */
  cordoned(): ReadonlySet<number>
  /** For how many rounds a node has answered nothing at all: the control plane notices after four. */
  goneFor(node: number): number
}

export interface Timing {
  readonly quiet: number
  readonly during: number
  readonly random: Random
}

export function createStage(cluster: Cluster, { happenings }: Plan, { quiet, during, random }: Timing): Stage {
  let [before, after] = [clearWeather(cluster), clearWeather(cluster)]
  let active = ''
  const started = new Map<number, number>()
  const gone = new Map<number, number>()
  const offset = random.next() * 0.6

  return {
    offset,
    before: () => before,
    after: () => after,
    cordoned: () => new Set([...started.keys()].flatMap((cause) => happenings[cause]?.cordons ?? [])),
    goneFor: (node) => gone.get(node) ?? 0,

    roundBegins(life, index, round) {
      before = after
      const on = happenings.flatMap((happening, cause) =>
        isHappening(happening, index - quiet, during) ? [cause] : [],
      )
      for (const cause of [...started.keys()]) if (!on.includes(cause)) started.delete(cause)
      for (const cause of on) {
        if (!started.has(cause)) started.set(cause, round)
        happenings[cause]?.lives?.(life, { round, since: round - (started.get(cause) ?? round) })
      }
      const now = on.join()
      if (now !== active || on.length > 0) {
        after = clearWeather(cluster)
        for (const cause of on) happenings[cause]?.breaks?.(after, started.get(cause) ?? round)
      }
      // Nothing changed: then the whole round is as the last one ended.
      if (now === active) before = after
      active = now
      for (let node = 0; node < cluster.nodes.length; node++) {
        if ((after.host[node] ?? 0) < 1) gone.delete(node)
        else gone.set(node, (gone.get(node) ?? 0) + 1)
      }
    },
  }
}
