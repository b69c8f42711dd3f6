import type { Accusation, Charge } from './accusation.ts'
import { nowhere } from './atlas.ts'
import type { Geometry } from './geometry.ts'
import { kinds } from './kinds.ts'
import type { Scene } from './scene.ts'

/**
 * How much of a failure the paths explain that are known to be broken: all of it where both ends are asker and asked,
 * and a share where a request is handed on and one of the agents that may get it lies at the other end.
 */
export function throughOpenLinks(scene: Scene, open: readonly Accusation[]): (i: number) => number {
  const { failures, geometry } = scene
  const links = open.flatMap(({ fault, charge }) => (fault === 'link' ? (endsOf(charge, geometry) ?? []) : []))
  if (links.length === 0) return () => 0
  const { atlas, behind, agents } = geometry
  const ends = new Set(links.flat())
  const isBroken = (a: number, b: number) => links.some(([x, y]) => (a === x && b === y) || (a === y && b === x))
  return (i) => {
    const [known, source, target] = [failures.kind[i] ?? 0, failures.source[i] ?? 0, failures.target[i] ?? 0]
    const row = kinds[known]
    if (row === undefined || row.place === 'own') return 0
    const asked = row.place === 'peer' ? target : (atlas.targets[target]?.host ?? nowhere)
    if (isBroken(source, asked)) return 1
    const share = behind[known]?.share ?? 0
    const hosts = row.behind === 'clusterip' ? [...ends] : (behind[known]?.hosts ?? [])
    const first = share * hosts.filter((host) => isBroken(source, host)).length
    if (!row.handsOn) return first
    // Where only an address was asked, any of those behind it hands the request on.
    const handing = asked === nowhere ? share * hosts.filter((host) => ends.has(host)).length : Number(ends.has(asked))
    return Math.max(first, handing * (agents?.share ?? 0))
  }
}

/** Of a path to a pod that was not asked as a peer, the node that the pod is on. */
function endsOf(charge: Charge, { atlas }: Geometry): readonly [readonly [number, number]] | undefined {
  if (charge.is !== 'cell') return undefined
  const { source, target, kinds: asked } = charge
  const isPeer = kinds[asked[0] ?? 0]?.place === 'peer'
  return [[source, isPeer ? target : (atlas.targets[target]?.host ?? nowhere)]]
}
