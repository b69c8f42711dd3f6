import type { Cell } from './cells.ts'
import type { Accused, Judge, Method } from './method.ts'
import { type Places, zonePair } from './places.ts'

const windowRounds = 3
const hitRatio = 0.6

/** A pair that was probed, and all that its probes pass through. */
interface Path {
  readonly through: readonly Accused[]
  ok: number
  failed: number
}

interface Component {
  readonly key: string
  readonly accused: Accused
  paths: number
  readonly bad: Path[]
}

/**
 * Like PLL of deTector: a pair is good or bad, and of the components of which most pairs are bad, those that explain
 * most are taken until nothing is left to explain. Pairs are those of HTTP to peers and of DNS.
 */
export const greedy: Method = {
  name: 'greedy',
  start() {
    const window: (readonly Cell[])[] = []
    return (cells, places) => {
      window.push(cells.filter(({ check }) => check === 'peer_http' || check === 'dns_replica'))
      if (window.length > windowRounds) window.shift()
      return cover(candidatesIn(pathsIn(window.flat(), places)))
    }
  },
}

function pathsIn(cells: readonly Cell[], places: Places): Iterable<Path> {
  const paths = new Map<string, Path>()
  for (const cell of cells) {
    const key = `${cell.check}/${cell.source}>${cell.target}`
    const path = paths.get(key) ?? { through: componentsOf(cell, places), ok: 0, failed: 0 }
    paths.set(key, path)
    path.ok += cell.ok
    path.failed += cell.failed
  }
  return paths.values()
}

function componentsOf({ check, source, target }: Cell, { zoneOf, hostOf }: Places): readonly Accused[] {
  const about = (kind: Accused['kind'], name: string): Accused => ({ kind, name })
  const isReplica = check === 'dns_replica'
  const host = isReplica ? hostOf(target) : target
  const ends = host === undefined || host === source ? [source] : [source, host]
  const here = [...(isReplica ? [about('pod', target)] : []), ...ends.map((node) => about('node', node))]
  const [home, away] = [zoneOf(source), host === undefined ? undefined : zoneOf(host)]
  if (away === undefined || home === away) return here
  return [...here, about('zone_pair', zonePair(home, away)), about('zone', home), about('zone', away)]
}

/** Components of which enough pairs are bad: those with more failures than successes. */
function candidatesIn(paths: Iterable<Path>): readonly Component[] {
  const components = new Map<string, Component>()
  for (const path of paths) {
    for (const accused of path.through) {
      const key = `${accused.kind}/${accused.name}`
      const component = components.get(key) ?? { key, accused, paths: 0, bad: [] }
      components.set(key, component)
      component.paths += 1
      if (path.failed > path.ok) component.bad.push(path)
    }
  }
  return [...components.values()].filter(({ paths, bad }) => bad.length > 0 && bad.length >= hitRatio * paths)
}

function cover(candidates: readonly Component[]): ReturnType<Judge> {
  const explained = new Set<Path>()
  const accused: Accused[] = []
  for (;;) {
    const open = candidates.map((component) => ({ component, explains: unexplained(component, explained) }))
    const [best] = open.filter(({ explains }) => explains > 0).sort(byMerit)
    if (best === undefined) return accused
    accused.push(best.component.accused)
    for (const path of best.component.bad) explained.add(path)
  }
}

interface Merit {
  readonly component: Component
  readonly explains: number
}

/** Who explains most; of equals the smaller one, and then by name, so that the answer is always the same. */
function byMerit(a: Merit, b: Merit): number {
  const smaller = a.component.paths - b.component.paths
  return b.explains - a.explains || smaller || (a.component.key < b.component.key ? -1 : 1)
}

function unexplained({ bad }: Component, explained: ReadonlySet<Path>): number {
  return bad.reduce((count, path) => count + (explained.has(path) ? 0 : 1), 0)
}
