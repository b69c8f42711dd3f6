import type { IpFamily } from '../model/check.ts'
import { familyOf, type Peer, type ServiceAddress } from '../model/peer.ts'
import type { Scene, Self } from '../model/probe.ts'
import type { TargetDraft } from './define-probe.ts'

/** One target a family for every peer of this epoch. */
export function peerTargets({ self, chosen }: Scene): readonly (TargetDraft & { readonly peer: Peer })[] {
  const stable = new Set(chosen.stable.map(({ node }) => node))
  return chosen.peers.flatMap((peer) => {
    const ours = peer.podIps.filter(({ family }) => speaks(self, family))
    const common = { name: peer.node, port: peer.port, peer, stable: stable.has(peer.node) }
    return ours.map(({ ip, family }) => ({ ...common, address: ip, family }))
  })
}

/** Our own answering side, asked as a peer is; nobody when discovery does not know us yet. */
export function loopbackTargets({ self, surroundings }: Scene): readonly TargetDraft[] {
  const ourselves = surroundings.view.peers.find(({ node }) => node === self.node)
  if (ourselves === undefined) return []
  const { node: name, port, podIps } = ourselves
  return podIps.map(({ ip, family }) => ({ name, port, peer: ourselves, stable: true, address: ip, family }))
}

/** One target for every address of a Service that we can send to at all. */
export function serviceTargets(addresses: readonly ServiceAddress[], self: Self): readonly TargetDraft[] {
  return addresses
    .filter(({ family }) => speaks(self, family))
    .map(({ name, ip, family, port }) => ({ name, address: ip, family, port }))
}

/** Whether we have an address of this family; when nobody told us our addresses, we try. */
export function speaks({ podIps }: Self, family: IpFamily): boolean {
  return podIps.length === 0 || podIps.some((ip) => familyOf(ip) === family)
}
