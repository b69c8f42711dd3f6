import type { Accusation, Charge } from './accusation.ts'
import { nowhere } from './atlas.ts'
import type { Geometry } from './geometry.ts'
import { kinds } from './kinds.ts'
import type { Scene } from './scene.ts'

type Path = readonly [number, number]

/** So often two nodes have failed each other, and so much of all they tried, before a request between them may fail too. */
const failedAtLeast = 8
const mostly = 0.7
/** Who is at the end of more broken paths than these, or of more than so much of them all, is broken itself. */
const pathsOfOne = 2
const shareOfOne = 0.25

/**
 * How much of a failure broken paths explain: all of it where both ends of a link that is known are asker and asked; and
 * a share where a request is handed on and one of the agents that may get it lies at the other end, also of a path that
 * nobody has accused yet, for that takes longer.
 */
export function throughBrokenPaths(scene: Scene, open: readonly Accusation[]): (i: number) => number {
  const { failures, geometry } = scene
  const links = open.flatMap(({ fault, charge }) => (fault === 'link' ? (endsOf(charge, geometry) ?? []) : []))
  const paths = [...links, ...failingPaths(scene)]
  if (paths.length === 0) return () => 0
  const { atlas, behind, agents } = geometry
  const others = otherEnds(paths)
  return (i) => {
    const known = failures.kind[i] ?? 0
    const source = failures.source[i] ?? 0
    const target = failures.target[i] ?? 0
    const row = kinds[known]
    if (row === undefined || row.place === 'own') return 0
    const asked = row.place === 'peer' ? target : (atlas.targets[target]?.host ?? nowhere)
    if (isAmong(links, source, asked)) return 1
    const share = behind[known]?.share ?? 0
    const hosts = behind[known]?.hosts ?? []
    const beyond = others.get(source)
    // Behind our own Service is every agent.
    const lost = row.behind === 'clusterip' ? beyond?.size : hosts.filter((host) => beyond?.has(host)).length
    const first = share * (lost ?? 0)
    if (!row.handsOn) return first
    // Where only an address was asked, any of those behind it hands the request on.
    const handing =
      asked === nowhere ? share * hosts.filter((host) => others.has(host)).length : Number(others.has(asked))
    return Math.max(first, handing * (agents?.share ?? 0))
  }
}

function otherEnds(paths: readonly Path[]): ReadonlyMap<number, ReadonlySet<number>> {
  const others = new Map<number, Set<number>>()
  for (const [a, b] of paths) {
    others.set(a, (others.get(a) ?? new Set()).add(b))
    others.set(b, (others.get(b) ?? new Set()).add(a))
  }
  return others
}

function isAmong(paths: readonly Path[], a: number, b: number): boolean {
  return paths.some(([x, y]) => (a === x && b === y) || (a === y && b === x))
}

/** Of a path to a pod that was not asked as a peer, the node that the pod is on. */
function endsOf(charge: Charge, { atlas }: Geometry): readonly [Path] | undefined {
  if (charge.is !== 'cell') return undefined
  const { source, target, kinds: asked } = charge
  const isPeer = kinds[asked[0] ?? 0]?.place === 'peer'
  return [[source, isPeer ? target : (atlas.targets[target]?.host ?? nowhere)]]
}

/** Two nodes of which one hardly reaches the other's pod, while both are reached from elsewhere. */
function failingPaths(scene: Scene): readonly Path[] {
  const { failures, geometry } = scene
  // In a cluster that falls apart they are thousands.
  const paths = new Map<number, Path>()
  for (let start = 0; start < failures.size; ) {
    let [end, failed, ok] = [start, 0, 0]
    for (; end < failures.size && failures.pair[end] === failures.pair[start]; end++) {
      if (kinds[failures.kind[end] ?? 0]?.place !== 'peer') continue
      failed += failures.n[end] ?? 0
    }
    if (failed >= failedAtLeast) ok = okOf(scene, failures.pair[start] ?? 0)
    const [source, target] = [failures.source[start] ?? 0, failures.target[start] ?? 0]
    if (failed >= failedAtLeast && failed >= mostly * (failed + ok))
      paths.set(Math.min(source, target) * geometry.nodes + Math.max(source, target), [source, target])
    start = end
  }
  const others = otherEnds([...paths.values()])
  const most = Math.max(1, Math.min(pathsOfOne, shareOfOne * (geometry.nodes - 1)))
  return [...paths.values()].filter((path) => !path.some((end) => (others.get(end)?.size ?? 0) > most))
}

function okOf({ pairOk: { from, n } }: Scene, pair: number): number {
  let ok = 0
  for (let at = from[pair] ?? 0; at < (from[pair + 1] ?? 0); at++) ok += n[at] ?? 0
  return ok
}
