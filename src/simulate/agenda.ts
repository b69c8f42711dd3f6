import { takesTurn, turnsFor } from '../model/peer-choice.ts'
import type { Cluster } from './cluster.ts'
import { overIpv6, probe } from './probes.ts'

/** What all nodes together may ask of something shared, as agents have it in their settings. */
const queriesPerSecondOfReplica = 200
const externalNamesPerSecond = 20
const requestsPerSecondOfIngress = 50
const handshakesPerSecond = 50
const replicasAtOnce = 8

/** A shared target and who asks it when. */
export interface SharedRow {
  readonly probe: number
  readonly target: number
  readonly name: string
  readonly everyRounds: number
}

export const roundSeconds = 10

/** Everything shared that agents ask, by turns that keep the budgets. */
export function sharedAgenda({ dns, ingress, api }: Cluster, nodes: number, isDual: boolean): readonly SharedRow[] {
  const atReplicas = Math.min(dns.length, replicasAtOnce) + 1
  const turns = (perRound: number, perSecond: number) => turnsFor(nodes, perRound, roundSeconds, perSecond)
  const internal = turns((2 * atReplicas) / Math.max(1, dns.length), queriesPerSecondOfReplica)
  const external = turns(atReplicas, externalNamesPerSecond)
  const throughIngress = turns(1, requestsPerSecondOfIngress)
  const readyz = turns(1 + 2 / Math.max(1, api.length), handshakesPerSecond)
  const row = (number: number, name: string, everyRounds: number, target = 0) =>
    ({ probe: number, target, name, everyRounds }) satisfies SharedRow
  return [
    ...dns.flatMap(({ name }, i) => [
      row(probe.dnsInternal, name, internal, i),
      row(probe.dnsExternal, name, external, i),
    ]),
    row(probe.dnsServiceInternal, 'kube-system/kube-dns', internal),
    row(probe.dnsServiceExternal, 'kube-system/kube-dns', external),
    row(probe.clusterip, 'meshprobe/meshprobe', 1),
    ...(isDual ? [row(probe.clusterip + overIpv6, 'meshprobe/meshprobe', 1)] : []),
    row(probe.canary, 'meshprobe/meshprobe-canary', 1),
    row(probe.ingress, 'meshprobe/meshprobe', throughIngress),
    ...ingress.map(({ name }, i) => row(probe.ingressReplica, name, throughIngress, i)),
    row(probe.apiService, 'kubernetes', readyz),
    row(probe.apiDns, 'kubernetes', readyz),
    ...api.map(({ name }, i) => row(probe.apiEndpoint, name, readyz, i)),
  ]
}

export function isTurn({ everyRounds }: SharedRow, rank: number, round: number): boolean {
  return everyRounds === 1 || takesTurn({ rank }, round, everyRounds)
}
