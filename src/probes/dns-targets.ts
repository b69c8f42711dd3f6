import { turnsFor } from '../model/peer-choice.ts'
import type { Scene } from '../model/probe.ts'
import type { TargetDraft } from './define-probe.ts'
import type { DnsOptions } from './dns-names.ts'
import { serviceTargets } from './who-to-ask.ts'

/** Names outside the cluster that all nodes together may ask for. */
export const externalNamesPerSecond = 20
const queriesPerSecondOfReplica = 200
const replicasAtOnce = 8

/** All replicas up to eight; of more, eight others every epoch and from every node, so that each is asked by many. */
export function replicasNow({ self, surroundings, chosen, epoch }: Scene): readonly TargetDraft[] {
  const replicas = serviceTargets(surroundings.dnsReplicas, self)
  if (replicas.length <= replicasAtOnce) return replicas
  const first = ((chosen.rank + Math.max(0, epoch)) * replicasAtOnce) % replicas.length
  return [...replicas, ...replicas].slice(first, first + replicasAtOnce)
}

/** An internal and an external name for every server, by turns that keep the budgets of replicas and upstream. */
export function dnsTargets(
  servers: readonly TargetDraft[],
  scene: Scene,
  { external }: Pick<DnsOptions, 'external'>,
): readonly TargetDraft[] {
  const turns = turnsIn(scene)
  return servers.flatMap((server) => {
    const internal = { ...server, variant: 'internal' as const, everyRounds: turns.internal }
    if (external === 'off') return [internal]
    return [internal, { ...server, variant: 'external' as const, everyRounds: turns.external }]
  })
}

/** What one check asks counts against the others, for they share the replicas and the upstream. */
function turnsIn({ self, surroundings, chosen, roundSeconds }: Scene): { internal: number; external: number } {
  const replicas = serviceTargets(surroundings.dnsReplicas, self)
  const services = serviceTargets(surroundings.dnsServices, self)
  const caches = serviceTargets(surroundings.dnsNodeLocal, self)
  const pods = new Set(replicas.map(({ name }) => name)).size || 1
  // Queries to a Service end at the replicas too; a cache on the node asks them once in a while.
  const atReplicas = Math.min(replicas.length, replicasAtOnce) + services.length
  const internal = turnsFor(chosen.nodes, (2 * atReplicas) / pods, roundSeconds, queriesPerSecondOfReplica)
  const external = turnsFor(chosen.nodes, atReplicas + caches.length, roundSeconds, externalNamesPerSecond)
  return { internal, external }
}
