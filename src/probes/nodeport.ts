import { addressOf, type Peer } from '../model/peer.ts'
import type { Scene } from '../model/probe.ts'
import { defineProbe, type TargetDraft } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { speaks } from './who-to-ask.ts'

export const nodeport = defineProbe({
  check: 'nodeport',
  timeout: '2s',
  fields: {},

  targets(scene) {
    const { self, surroundings, chosen } = scene
    const port = surroundings.nodePort
    if (port === 0) return []
    return [...ownNode(scene), ...chosen.nodePorts.flatMap(addressesOf)]
      .filter(({ family }) => speaks(self, family))
      .map((target) => ({ ...target, port, stable: true }))
  },

  // Any agent may answer: the NodePort leads to one of the Service's backends.
  open: (_options, tools) => {
    const ask = identityByHttp(tools)
    return ({ peer: _host, ...target }, context) => ask(target, context)
  },
})

type Host = Omit<TargetDraft, 'port'>

function ownNode({ self, surroundings }: Scene): readonly Host[] {
  const own = surroundings.view.peers.find(({ node }) => node === self.node)
  if (own !== undefined && own.hostIps.length > 0) return addressesOf(own)
  if (self.hostIp === '') return []
  const { ip, family } = addressOf(self.hostIp)
  return [{ name: self.node, address: ip, family }]
}

function addressesOf(peer: Peer): readonly Host[] {
  return peer.hostIps.map(({ ip, family }) => ({ name: peer.node, address: ip, family, peer }))
}
