import type { IpFamily } from './check.ts'

/** A datagram of `peer_udp` that reached us with a valid MAC and is no repeat. */
export interface Datagram {
  readonly from: string
  readonly family: IpFamily
  /** The sender's round. */
  readonly round: number
  /** 0…2 are the scheduled ones; above are confirmations, which nobody expects. */
  readonly index: number
  readonly viewHash: string
  /** The sender's wall clock. */
  readonly sentMs: number
}
