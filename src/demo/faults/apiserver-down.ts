import { involves } from '../packet.ts'
import { type DemoFault, wholeCluster, withheld } from './fault.ts'

export const apiserverDown: DemoFault = {
  fault: 'apiserver_down',
  doc: 'no API server answers; probing goes on',
  targets: wholeCluster,
  on: () => withheld((packet) => involves(packet, 'apiserver')),
}
