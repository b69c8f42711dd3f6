import { type Atlas, createAtlas } from '../../src/diagnosis/atlas.ts'
import { rateOf } from '../../src/diagnosis/belief.ts'
import { cover } from '../../src/diagnosis/cover.ts'
import { type Geometry, geometryOf } from '../../src/diagnosis/geometry.ts'
import { kind, kindOf, kinds } from '../../src/diagnosis/kinds.ts'
import { modes } from '../../src/diagnosis/modes/list.ts'
import type { Mode } from '../../src/diagnosis/modes/mode.ts'
import { profiles, responseOf, severities } from '../../src/diagnosis/responses.ts'
import { role } from '../../src/diagnosis/roles.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import type { OkCount, Round } from '../../src/model/round.ts'

/** Two ways to break, and how many nats a round speaks for the true one of them, whichever that is. */
export interface Distance {
  readonly a: string
  readonly b: string
  readonly nats: number
}

interface Observed {
  readonly kind: number
  readonly source: number
  readonly target: number
  readonly n: number
}

/** P(success), and P(failure) by class, for every observation of a round. */
type Expected = readonly (readonly number[])[]

const noise = 1e-3
const noiseProfile = [0.8, 0.1, 0.1]

/**
 * How far apart all modes are when they break as hard as they can, by one round of a cluster in which all is well. A
 * node is the one that hosts the first DNS replica; without `readable`, its own rounds are read by nobody.
 */
export function distancesIn(input: RoundInput, readable: boolean): readonly Distance[] {
  const atlas = createAtlas()
  atlas.follow(input.view)
  const node = atlas.node(input.view.replicas.find(({ check }) => check === 'dns_replica')?.node ?? '')
  const all = input.rounds.flatMap((round) => observedIn(round, atlas))
  const seen = all.filter((each) => readable || observerOf(each) !== node)
  const geometry = geometryOf(atlas, new Set([node]))
  const compared = modes.filter(({ suspect }) => readable || suspect === 'node')
  const expected = compared.map((mode) => ({ mode, of: expectedOf(seen, geometry, mode, node) }))
  return expected.flatMap(({ mode: a, of: p }, i) =>
    expected
      .slice(i + 1)
      .filter(({ mode: b }) => a.fault !== b.fault || a.suspect !== b.suspect)
      .map(({ mode: b, of: q }) => ({
        ...{ a: nameOf(a), b: nameOf(b) },
        nats: Math.min(divergence(seen, p, q), divergence(seen, q, p)),
      })),
  )
}

/** Modes of one fault are told apart by what they are about. */
function nameOf({ fault, suspect, ownAtLeast }: Mode): string {
  if (fault === 'mtu') return suspect === 'node' ? 'mtu of a node' : 'mtu between zones'
  return ownAtLeast === undefined ? fault : `${fault} of one Service`
}

/** Who writes down what came of it. */
function observerOf({ kind: known, source, target }: Observed): number {
  return known === kind.oneWay ? target : source
}

function observedIn(round: Round, atlas: Atlas): readonly Observed[] {
  const source = atlas.node(round.node, round.zone)
  const known = ({ check, variant }: Pick<OkCount, 'check' | 'variant'>) => kindOf(check, variant) ?? 0
  return [
    ...round.stable
      .map((row) => ({ kind: known(row), source, target: atlas.node(row.peer), n: row.ok + row.failed }))
      .filter(({ kind: of, target }) => target !== source || of === kind.nodePort),
    ...round.ok.flatMap((row) =>
      row.target === undefined
        ? []
        : [{ kind: known(row), source, target: atlas.target(row.check, row.target), n: row.n }],
    ),
    ...round.received.map(({ from, expected: n }) => ({
      kind: kind.oneWay,
      source: atlas.node(from),
      target: source,
      n,
    })),
    ...[kind.report, kind.ready].map((own) => ({ kind: own, source, target: source, n: 1 })),
  ]
}

function expectedOf(seen: readonly Observed[], geometry: Geometry, mode: Mode, node: number): Expected {
  const [index, step] = [modes.indexOf(mode), hardestOf(mode)]
  const suspect = geometry.base[mode.suspect] + placeOf(geometry, mode, node)
  return seen.map((each) => {
    let rate = rateOf(noise)
    const classes = noiseProfile.map((share) => rate * share)
    cover(geometry, each, (touched, at, scale) => {
      const fails = touched === suspect ? responseOf(index, step, each.kind, at) * scale : 0
      if (fails <= 0) return
      rate += rateOf(fails)
      profiles[index]?.[each.kind]?.forEach((share, c) => {
        classes[c] = (classes[c] ?? 0) + rateOf(fails) * share
      })
    })
    const fails = -Math.expm1(-rate)
    return [1 - fails, ...classes.map((of) => (fails * of) / rate)]
  })
}

/** The step of the worst severity at which the mode breaks anything. */
function hardestOf(mode: Mode): number {
  const roles = Object.values(role)
  return severities.findIndex((severity) =>
    kinds.some((_row, known) => roles.some((at) => mode.fails(known, at, severity) > 0)),
  )
}

/** Which suspect of its kind: the node, its zone, that zone and the next, the first target of its check. */
function placeOf({ atlas, zones }: Geometry, { suspect, only }: Mode, node: number): number {
  const zone = atlas.zoneOf[node] ?? 0
  const other = zone === 0 ? 1 : 0
  if (suspect === 'node') return node
  if (suspect === 'zone') return zone
  if (suspect === 'direction') return zone * zones + other
  if (suspect === 'border') return Math.min(zone, other) * zones + Math.max(zone, other)
  return suspect === 'target' ? atlas.targets.findIndex(({ check }) => only?.includes(check)) : 0
}

/** What a round tells, on average, against `q` when `p` is true. */
function divergence(seen: readonly Observed[], p: Expected, q: Expected): number {
  let sum = 0
  seen.forEach(({ n }, i) => {
    p[i]?.forEach((share, outcome) => {
      if (share > 0) sum += n * share * Math.log(share / (q[i]?.[outcome] ?? 0))
    })
  })
  return sum
}
