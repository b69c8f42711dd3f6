import { type Atlas, zonesAtMost } from '../atlas.ts'
import type { Paths } from './paths.ts'

/** Borders between zones come first, then the nodes: a number is good for as long as the engine lives. */
export type Suspect = number

const borders = zonesAtMost * zonesAtMost

function nodeSuspect(node: number): Suspect {
  return borders + node
}

export function suspectCount({ nodes }: Atlas): number {
  return borders + nodes.length
}

/** The node, or both zones. */
export function placeOf(suspect: Suspect): { readonly node: number } | { readonly zones: readonly [number, number] } {
  if (suspect >= borders) return { node: suspect - borders }
  return { zones: [Math.floor(suspect / zonesAtMost), suspect % zonesAtMost] }
}

/**
 * Calls `visit` for everyone who may be the reason that a path is slow, with the end of theirs that asks: 0 or 1. An
 * answer goes both ways, so a border is the same from both sides.
 */
export function suspectsOf(
  { zoneOf }: Atlas,
  { columns }: Paths,
  path: number,
  visit: (suspect: Suspect, side: 0 | 1) => void,
): void {
  const [source, target] = [columns.source[path] ?? 0, columns.target[path] ?? 0]
  visit(nodeSuspect(source), 0)
  visit(nodeSuspect(target), 1)
  const [home, away] = [zoneOf[source] ?? 0, zoneOf[target] ?? 0]
  if (home < away) visit(home * zonesAtMost + away, 0)
  else if (home > away) visit(away * zonesAtMost + home, 1)
}

/** Whose paths are which; with `only`, of these suspects alone. */
export function pathsBySuspect(
  atlas: Atlas,
  paths: Paths,
  chosen: readonly number[],
  only?: ReadonlySet<Suspect>,
): ReadonlyMap<Suspect, readonly number[]> {
  const own = new Map<Suspect, number[]>()
  for (const path of chosen) {
    suspectsOf(atlas, paths, path, (suspect) => {
      if (only?.has(suspect) === false) return
      const known = own.get(suspect)
      if (known === undefined) own.set(suspect, [path])
      else known.push(path)
    })
  }
  return own
}
