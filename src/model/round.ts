import type { Check, IpFamily, Variant } from './check.ts'
import type { Phase, Reason } from './failure.ts'

/** How many rounds an agent keeps, so how far back an aggregator that starts can look. */
export const roundsKept = 24

/** What one agent saw in one round: the record that agents serve and the engine reads. `docs/rounds.md` */
export interface Round {
  readonly kind: 'round'
  readonly round: number
  /** Changes with every start of the agent. */
  readonly bootId: string
  /** Counts this boot's rounds from 0: a gap is a lost round, a jump of `round` without a gap is a clock jump. */
  readonly seq: number
  readonly node: string
  readonly zone: string
  readonly podUid: string
  /** Equal in agents that know the same nodes and pods. */
  readonly viewHash: string
  readonly roundSeconds: number
  /** 0…8; from 2 on this round's failures are not to be used against others. */
  readonly starvedScore: number
  readonly draining: boolean
  /** Successes by check and zone of the peer, or by check and shared target. */
  readonly ok: readonly OkCount[]
  readonly stable: readonly StablePair[]
  readonly fails: readonly FailCount[]
  /** Datagrams counted by us, the receiver: the only evidence of a sender's way out when it cannot report. */
  readonly received: readonly ReceivedCount[]
  /** Once an epoch: whom we probe beyond the stable peers is not told by successes alone. */
  readonly peers?: readonly ProbedPeer[]
}

export interface OkCount {
  readonly check: Check
  /** Of a peer check: the peers' zone. */
  readonly zone?: string
  /** Of a shared check: the target. */
  readonly target?: string
  readonly variant?: Variant
  readonly family: IpFamily
  readonly n: number
}

export interface StablePair {
  /** A node; our own is the loopback. */
  readonly peer: string
  readonly check: Check
  readonly variant?: Variant
  readonly family: IpFamily
  readonly ok: number
  readonly failed: number
  /** Over the last rounds of this pair and check; absent without a success. */
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** This round's successes as [bucket of `latency.ts`, count]. */
  readonly latency: readonly (readonly [bucket: number, count: number])[]
}

export interface FailCount {
  readonly check: Check
  readonly target: string
  readonly variant?: Variant
  readonly family: IpFamily
  /** Attempts on this cell in this round. */
  readonly n: number
  readonly failed: number
  readonly reason: Reason
  readonly phase: Phase
}

export interface ReceivedCount {
  readonly from: string
  readonly family: IpFamily
  readonly expected: number
  readonly got: number
  /** Whether the sender said the same `viewHash`; without that a missing datagram may only be a disagreement. */
  readonly sameView: boolean
}

export interface ProbedPeer {
  readonly node: string
  readonly checks: readonly Check[]
}
