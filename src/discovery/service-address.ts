import { familyOf, type ServiceAddress } from '../model/peer.ts'

export function serviceAt(name: string, ip: string, port: number): ServiceAddress {
  return { name, ip, family: familyOf(ip), port }
}
