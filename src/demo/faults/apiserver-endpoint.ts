import { involves } from '../packet.ts'
import { apiServers } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const apiserverEndpoint: DemoFault = {
  fault: 'apiserver_endpoint',
  doc: 'one API server is silent',
  targets: apiServers.map(({ name }) => name),
  on: (server) => withheld((packet) => involves(packet, 'apiserver', server)),
}
