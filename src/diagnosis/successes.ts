import { zonesAtMost } from './atlas.ts'
import type { Geometry } from './geometry.ts'
import { suspectOf } from './geometry.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import { role } from './roles.ts'
import { betweenZones, byKind, type Counts } from './slice.ts'

/** Probes that touched a suspect and succeeded: numbers kind, role, share and count, one after another. */
export type Successes = readonly number[]

export const successWidth = 4

/** All that speaks for a suspect, from counters alone. */
export function successesOf(geometry: Geometry, counts: Counts, suspect: number): Successes {
  const { is, index } = suspectOf(geometry, suspect)
  const found: number[] = []
  const add: Add = (known, at, share, n) => {
    if (n > 0 && share > 0) found.push(known, at, share, n)
  }
  const { zones } = geometry
  if (is === 'node') ofNode(geometry, counts, index, add)
  if (is === 'target') ofTarget(geometry, counts, index, add)
  if (is === 'cluster') everyKind((known) => add(known, role.all, 1, counts.all.values[known] ?? 0))
  if (is === 'zone') {
    for (let other = 0; other < zones; other++) if (other !== index) ofBorder(geometry, counts, index, other, add)
  }
  if (is === 'border') ofBorder(geometry, counts, Math.floor(index / zones), index % zones, add)
  if (is === 'direction') {
    const [from, to] = [Math.floor(index / zones), index % zones]
    crossings(geometry, counts, from, to, (known, share, n) => add(known, role.forward, share, n))
    crossings(geometry, counts, to, from, (known, share, n) => add(known, role.backward, share, n))
  }
  return found
}

type Add = (kind: number, role: number, share: number, n: number) => void

function ofNode(geometry: Geometry, { from, to, at, all }: Counts, node: number, add: Add): void {
  everyKind((known) => {
    add(known, role.from, 1, from.values[byKind(node, known)] ?? 0)
    add(known, role.to, 1, to.values[byKind(node, known)] ?? 0)
    const behind = geometry.behind[known]
    const hosted = behind?.hosts.filter((host) => host === node).length ?? 0
    add(known, role.behind, (behind?.share ?? 0) * hosted, all.values[known] ?? 0)
    const { agents } = geometry
    if (kinds[known]?.handsOn && agents?.hosts.includes(node))
      add(known, role.behind, agents.share, all.values[known] ?? 0)
  })
  for (const target of geometry.hosted.get(node) ?? [])
    everyKind((known) => add(known, role.hosts, 1, at.values[byKind(target, known)] ?? 0))
}

function ofTarget({ atlas, behind }: Geometry, { at, all }: Counts, target: number, add: Add): void {
  const check = atlas.targets[target]?.check
  everyKind((known) => {
    add(known, role.at, 1, at.values[byKind(target, known)] ?? 0)
    if (check === 'clusterip' && kinds[known]?.handsOn) add(known, role.behind, 1, all.values[known] ?? 0)
    if (kinds[known]?.behind === check && kinds[known]?.place === 'service' && behind[known]?.targets.includes(target))
      add(known, role.share, behind[known].share, all.values[known] ?? 0)
  })
}

function ofBorder(geometry: Geometry, counts: Counts, a: number, b: number, add: Add): void {
  crossings(geometry, counts, a, b, (known, share, n) => add(known, role.across, share, n))
  crossings(geometry, counts, b, a, (known, share, n) => add(known, role.across, share, n))
}

/** Questions from one zone to another, and those to Services that may have an answer there. */
function crossings(
  { behind }: Geometry,
  { between, fromZone }: Counts,
  from: number,
  to: number,
  add: (kind: number, share: number, n: number) => void,
): void {
  everyKind((known) => {
    add(known, 1, between.values[betweenZones(from, to, known)] ?? 0)
    const share = behind[known]?.zones[to] ?? 0
    if (known !== kind.nodePort) return add(known, share, fromZone.values[byKind(from, known)] ?? 0)
    for (let asker = 0; asker < zonesAtMost; asker++)
      add(known, share, between.values[betweenZones(asker, from, known)] ?? 0)
  })
}

function everyKind(visit: (kind: number) => void): void {
  for (let known = 0; known < kindCount; known++) visit(known)
}
