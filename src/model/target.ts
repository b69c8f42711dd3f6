import type { Check, IpFamily, Variant } from './check.ts'
import type { CanaryGeneration, Peer } from './peer.ts'

/** One conversation to have, every round. Plain data: probes read it, reports print it. */
export interface Target {
  readonly check: Check
  /** What the cell is called: a node, `namespace/pod`, `namespace/service`, `kubernetes`, a URL. */
  readonly name: string
  readonly variant?: Variant
  /** An IP address; for `external` and `apiserver_dns` a name that the probe resolves itself. */
  readonly address: string
  readonly port: number
  readonly family: IpFamily
  /** For peer checks: who has to answer. */
  readonly peer?: Peer
  /** The same pair round after round: it is kept pair by pair, with its latency. */
  readonly stable: boolean
  /** How many times a round, spread over it. */
  readonly perRound: number
  /** Only every so many rounds, by turns among the nodes (budgets of shared targets); 1 is every round. */
  readonly everyRounds: number
  /** Where a name in `address` is asked for; absent: where this machine asks. */
  readonly resolver?: { readonly address: string; readonly port: number; readonly family: IpFamily }
  /** For `service_canary`: who may answer. */
  readonly canary?: readonly CanaryGeneration[]
}

/** Two targets with the same key are the same conversation, whatever object describes them. */
export function targetKey({ check, name, variant, address, port }: Target): string {
  return `${check}/${variant ?? ''}/${name}/${address}:${port}`
}
