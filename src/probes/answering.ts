import type { Datagram } from '../model/received.ts'
import type { Identity } from '../model/result.ts'
import type { Keyring } from './keyring.ts'
import type { Repeats } from './repeats.ts'

/** What it takes to answer probes. */
export interface Answering {
  readonly keyring: Keyring
  /** Who we are now; `draining` changes. */
  readonly identity: () => Identity
  readonly repeats: Repeats
  /** Hears every datagram of `peer_udp`, once. Must not throw. */
  readonly onDatagram: (datagram: Datagram) => void
}
