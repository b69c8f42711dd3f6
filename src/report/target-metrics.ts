import { checks } from '../model/check.ts'
import type { Peer } from '../model/peer.ts'
import type { Result } from '../model/result.ts'
import { createExpiring } from './expiring.ts'
import type { Labels, Makers } from './metric-makers.ts'

/** Pairs that have series of their own: constant in the number of nodes. The others count by zone. */
const pairsShown = 7
/** A departed target's series stay for two scrapes of 30 s. */
const roundsKept = 6

export interface TargetMetrics {
  record(result: Result): void
  /** The stable peers, in the order of the rings. */
  follow(stable: readonly Peer[]): void
  roundEnded(): void
}

interface Source {
  readonly source_node: string
  readonly source_zone: string
}

/** Counts by who was asked: pairs, zones and DNS replicas, which come and go. */
export function createTargetMetrics(makers: Makers, source: () => Source, familyLabel: (family: 4 | 6) => Labels) {
  const pair = makers.tries('peer_probes_total', 'peer_probe_failures_total')
  const pairDurations = makers.summary('peer_probe_duration_seconds')
  const zone = makers.tries('zone_probes_total', 'zone_probe_failures_total')
  const replica = makers.tries('dns_replica_probes_total', 'dns_replica_probe_failures_total')
  const shown = createExpiring<() => void>((remove) => remove())
  let pairs: ReadonlySet<string> = new Set()

  function countPeer({ target, outcome, durationMs }: Result, peer: Peer, failures: number): void {
    const between = { ...source(), target_zone: peer.zone }
    shown.use(`zone/${peer.zone}`, roundsKept, () => () => zone.remove(between))
    zone.count(between, 1, failures)
    if (!pairs.has(peer.node)) return
    const labels = { ...between, target_node: peer.node, ...familyLabel(target.family) }
    shown.use(`pair/${target.family}/${peer.node}/${peer.zone}`, roundsKept, () => () => {
      pair.remove(labels)
      pairDurations.remove(labels)
    })
    pair.count(labels, 1, failures)
    if (outcome === 'reached') pairDurations.observe(labels, durationMs / 1000)
  }

  function countReplica({ target }: Result, failures: number): void {
    const { name, variant = '', everyRounds } = target
    const labels = { source_node: source().source_node, replica: name, variant }
    shown.use(`replica/${variant}/${name}`, roundsKept * everyRounds, () => () => replica.remove(labels))
    replica.count(labels, 1, failures)
  }

  return {
    record(result) {
      const { check, peer } = result.target
      const failures = result.outcome === 'failed' ? 1 : 0
      const isPeer = checks[check].plane === 'peers' && peer !== undefined && peer.node !== source().source_node
      if (isPeer) countPeer(result, peer, failures)
      if (check === 'dns_replica') countReplica(result, failures)
    },
    follow(stable) {
      pairs = new Set(stable.slice(0, pairsShown).map(({ node }) => node))
    },
    roundEnded: shown.roundEnded,
  } satisfies TargetMetrics
}
