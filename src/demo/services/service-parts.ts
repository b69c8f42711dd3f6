import type { Transport } from '../../probes/transport.ts'
import type { Place } from '../topology.ts'

/** What a service of the demo gets to run with. */
export interface ServiceParts {
  readonly place: Place
  /** The address it really binds. */
  readonly ip: string
  readonly port: number
  /** How its packets leave: by the demo's fault table, like everybody's. */
  readonly transport: Transport
}
