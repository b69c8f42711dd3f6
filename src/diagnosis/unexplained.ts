import { type Belief, rateOf } from './belief.ts'
import { type Geometry, suspectsBetween } from './geometry.ts'
import { kind, kinds } from './kinds.ts'

/** A Service has many pods behind it: that one of them comes or goes explains a small share of what fails, not a row. */
const slightly = rateOf(0.2)

/** What one asker and one asked failed in that nothing explains. */
export interface Cell {
  readonly source: number
  readonly target: number
  readonly shared: boolean
  readonly failures: readonly number[]
  readonly rounds: number
  readonly firstRound: number
}

/** Everybody whose fault would show in the cell: of a path both ends and what lies between, of a Service any border. */
export function suspectsOf(
  geometry: Geometry,
  { source, target, shared }: Pick<Cell, 'source' | 'target' | 'shared'>,
): readonly number[] {
  const { base, atlas } = geometry
  const home = atlas.zoneOf[source] ?? 0
  const aways = shared ? [...atlas.zones.keys()] : [atlas.zoneOf[target] ?? 0]
  const between = aways
    .filter((away) => away !== home)
    .flatMap((away) => [...suspectsBetween(geometry, home, away), base.zone + away, base.zone + home])
  return shared ? between : [source, target, ...between]
}

/** All that fails without an explanation, pair by pair. */
export function cellsOf({ scene, touched, rate }: Belief): readonly Cell[] {
  const { failures } = scene
  const byPair = new Map<number, number[]>()
  for (let i = 0; i < failures.size; i++) {
    const known = failures.kind[i] ?? 0
    const isExplained = touched[i] === 1 && (kinds[known]?.place === 'peer' || (rate[i] ?? 0) > slightly)
    if (isExplained || kinds[known]?.place === 'own' || known === kind.nodePort || known === kind.host) continue
    if (kinds[known]?.way === 'none') continue
    const pair = failures.pair[i] ?? 0
    const of = byPair.get(pair)
    if (of === undefined) byPair.set(pair, [i])
    else of.push(i)
  }
  return [...byPair.values()].map((of) => {
    const first = of[0] ?? 0
    const rounds = of.map((i) => failures.round[i] ?? 0)
    const shared = kinds[failures.kind[first] ?? 0]?.place !== 'peer'
    const [source, target] = [failures.source[first] ?? 0, failures.target[first] ?? 0]
    return { source, target, shared, failures: of, rounds: new Set(rounds).size, firstRound: Math.min(...rounds) }
  })
}
