import { nowhere } from './atlas.ts'
import type { Behind, Geometry } from './geometry.ts'
import { kinds } from './kinds.ts'
import { role } from './roles.ts'

/** Called with every suspect that an observation touches, how, and with which share of it. */
export type Visit = (suspect: number, role: number, scale: number) => void

interface Observed {
  readonly kind: number
  readonly source: number
  readonly target: number
}

/** Who could be at fault when this probe fails. */
export function cover(geometry: Geometry, { kind: known, source, target }: Observed, visit: Visit): void {
  const row = kinds[known]
  if (row === undefined) return
  if (row.place === 'own') {
    visit(source, role.to, 1)
    return
  }
  visit(geometry.base.cluster, role.all, 1)
  if (row.place === 'peer') coverPeer(geometry, { kind: known, source, target }, visit)
  else coverShared(geometry, { kind: known, source, target }, visit)
}

function coverPeer(geometry: Geometry, { kind: known, source, target }: Observed, visit: Visit): void {
  visit(source, role.from, 1)
  visit(target, role.to, 1)
  const { zoneOf } = geometry.atlas
  const [home, away] = [zoneOf[source] ?? 0, zoneOf[target] ?? 0]
  crossing(geometry, home, away, 1, visit)
  if (kinds[known]?.handsOn) coverHandingOn(geometry, source, [[away, 1]], visit)
}

function coverShared(geometry: Geometry, { kind: known, source, target }: Observed, visit: Visit): void {
  const { base, atlas } = geometry
  const host = atlas.targets[target]?.host ?? nowhere
  visit(base.target + target, role.at, 1)
  // What stays on the node says nothing of the node's network.
  if (host === source) return
  visit(source, role.from, 1)
  const home = atlas.zoneOf[source] ?? 0
  if (host !== nowhere) {
    visit(host, role.hosts, 1)
    crossing(geometry, home, atlas.zoneOf[host] ?? 0, 1, visit)
  }
  const behind = geometry.behind[known]
  if (kinds[known]?.handsOn) {
    const places = behind?.zones.map((share, zone) => [zone, share] as const) ?? []
    coverHandingOn(geometry, source, host === nowhere ? places : [[atlas.zoneOf[host] ?? 0, 1]], visit)
  }
  if (behind === undefined) return
  for (const other of behind.targets) visit(base.target + other, role.share, behind.share)
  for (const node of behind.hosts) if (node !== source) visit(node, role.behind, behind.share)
  crossingToService(geometry, home, behind, visit)
}

/** The second leg: from where the request was taken, to any agent. */
function coverHandingOn(
  geometry: Geometry,
  source: number,
  from: readonly (readonly [zone: number, share: number])[],
  visit: Visit,
): void {
  const { agents, base, ownServices } = geometry
  for (const service of ownServices) visit(base.target + service, role.behind, 1)
  if (agents === undefined) return
  for (const host of agents.hosts) if (host !== source) visit(host, role.behind, agents.share)
  for (const [home, share] of from)
    if (share > 0)
      agents.zones.forEach((there, away) => {
        if (there > 0) crossing(geometry, home, away, share * there, visit)
      })
}

function crossing({ base, zones }: Geometry, home: number, away: number, scale: number, visit: Visit): void {
  if (home === away) return
  visit(base.direction + home * zones + away, role.forward, scale)
  visit(base.direction + away * zones + home, role.backward, scale)
  visit(base.border + Math.min(home, away) * zones + Math.max(home, away), role.across, scale)
  visit(base.zone + home, role.across, scale)
  visit(base.zone + away, role.across, scale)
}

function crossingToService(geometry: Geometry, home: number, behind: Behind, visit: Visit): void {
  behind.zones.forEach((share, away) => {
    if (share > 0) crossing(geometry, home, away, share, visit)
  })
}
