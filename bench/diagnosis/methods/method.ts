import type { EntityKind, Fault } from '../../../src/model/fault.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Cell } from './cells.ts'
import type { Places } from './places.ts'

/** A way of finding faults that the engine is compared with. */
export interface Method {
  readonly name: string
  /** Begins with a cluster that it knows nothing of. */
  readonly start: () => Judge
}

/** Judges one round after another: which entities are at fault now. */
export type Judge = (cells: readonly Cell[], places: Places) => readonly Accused[]

export interface Accused {
  readonly kind: EntityKind
  readonly name: string
}

/** These methods know entities and no faults; the word is only there because a finding has one. */
const words: Partial<Record<EntityKind, Fault>> = {
  node: 'node_down',
  zone: 'zone_isolated',
  zone_pair: 'zone_cut',
  pod: 'dns_replica_down',
  service: 'service_stale',
  ingress: 'ingress_down',
  api_server: 'apiserver_down',
}

/** What is said of an entity. However often it is said, in one run it counts as one finding. */
export function findingAbout({ kind, name }: Accused): Finding {
  return {
    ...{ id: `${kind}/${name}`, fault: words[kind] ?? 'fabric_loss', state: 'open', entity: { kind, name } },
    ...{ severity: 1, confidence: 'high', since: '', firstEvidence: '', flapping: false, text: '', nextStep: '' },
    ...{ evidence: [], contrast: [], alternatives: [], runbook: '' },
  }
}
