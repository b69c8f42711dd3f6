import type { Fault } from '../model/fault.ts'
import type { Entity } from '../model/finding.ts'
import type { Atlas } from './atlas.ts'
import { endsOf } from './entity.ts'
import { type Facts, factsOf } from './facts.ts'
import type { Incident } from './incident.ts'
import type { Incidents } from './incidents.ts'
import type { Localiser, SecondLook } from './localiser.ts'

/** What is said as long as nobody can tell of the one way. */
const bothWays: readonly Fault[] = ['pod_network_cut', 'zone_cut']

interface Looking {
  readonly atlas: Atlas
  readonly incidents: Incidents
  readonly localiser: Localiser
}

/**
 * What the accused tell, when they are heard again, of the time when they were not may give what they had another name:
 * that it was one way only. Corrects the incidents, and returns them with what speaks for their new names.
 */
export function lookAgain({ atlas, incidents, localiser }: Looking, late: ReadonlySet<number>) {
  if (late.size === 0) return []
  const tells = ({ kind, name }: Entity) => {
    const own = [...atlas.nodes.keys()].filter((node) =>
      kind === 'zone' ? atlas.zones[atlas.zoneOf[node] ?? 0] === name : kind === 'node' && atlas.nodes[node] === name,
    )
    // Some are always late in a large zone.
    return own.length > 0 && 2 * own.filter((node) => late.has(node)).length >= own.length
  }
  // A search costs; most faults end together.
  const looks = new Map<number, SecondLook | undefined>()
  const lookAt = (round: number) => {
    if (!looks.has(round)) looks.set(round, localiser.look(round))
    return looks.get(round)
  }
  return incidents.current().flatMap((incident): readonly { readonly incident: Incident; readonly facts: Facts }[] => {
    const { entity, severity, fault } = incident.accusation
    if (!bothWays.includes(fault) || ![entity, ...endsOf(entity)].some(tells)) return []
    const look = lookAt(incident.lastActive)
    const better = look?.accusations(severity).find(({ place }) => place === incident.place)
    if (look === undefined || better === undefined || better.fault === fault) return []
    incidents.correct(incident, better)
    return [...factsOf([better], look.scene).values()].map((facts) => ({ incident, facts }))
  })
}
