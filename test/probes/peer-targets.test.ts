import t from 'tap'

import { addressOf } from '../../src/model/peer.ts'
import { hostTcp } from '../../src/probes/host-tcp.ts'
import { nodeport } from '../../src/probes/nodeport.ts'
import { peerHttp } from '../../src/probes/peer-http.ts'
import { peerTcp } from '../../src/probes/peer-tcp.ts'
import { peerUdp } from '../../src/probes/peer-udp.ts'
import { peerOn } from '../support/agent.ts'
import { configured } from '../support/ask.ts'
import { sceneOf } from '../support/scenes.ts'

t.test('peer checks ask every peer of the epoch over every family that both have', async (t) => {
  const both = [addressOf('10.0.0.2'), addressOf('fd00::2')]
  const scene = sceneOf([peerOn('a'), peerOn('b', { podIps: both, port: 7000 }), peerOn('c')], { podIps: ['10.0.0.1'] })
  const targets = configured(peerTcp).targets(scene)
  t.match(sorted(targets), [
    { check: 'peer_tcp', name: 'b', address: '10.0.0.2', port: 7000, family: 4, stable: true, perRound: 1 },
    { name: 'c', address: '127.0.0.1', peer: { node: 'c' } },
  ])
  const dual = sceneOf([peerOn('a'), peerOn('b', { podIps: both })], { podIps: ['10.0.0.1', 'fd00::1'] })
  t.same(
    configured(peerTcp)
      .targets(dual)
      .map(({ name, address }) => [name, address]),
    [
      ['b', '10.0.0.2'],
      ['b', 'fd00::2'],
    ],
  )
  const unknown = sceneOf([peerOn('a'), peerOn('b', { podIps: both })], { podIps: [] })
  t.equal(configured(peerTcp).targets(unknown).length, 2, 'our own addresses are not known')
})

t.test('peer_http asks ourselves too, where discovery says we are', async (t) => {
  const scene = sceneOf([peerOn('a', { port: 7001 }), peerOn('b')])
  const [loopback, ...more] = configured(peerHttp)
    .targets(scene)
    .filter(({ name }) => name === 'a')
  t.match(loopback, { address: '127.0.0.1', port: 7001, stable: true, peer: { podUid: 'uid-a' } })
  t.same(more, [])
  t.same(
    configured(peerHttp)
      .targets(sceneOf([peerOn('b')]))
      .filter(({ name }) => name === 'a'),
    [],
    'nobody knows us yet',
  )
})

t.test('beyond a full mesh only the stable peers are kept pair by pair', async (t) => {
  const peers = Array.from({ length: 100 }, (_, i) => peerOn(i === 0 ? 'a' : `n${i}`))
  const scene = sceneOf(peers)
  const stable = new Set(scene.chosen.stable.map(({ node }) => node))
  const targets = configured(peerUdp).targets(scene)
  for (const { name, stable: isStable, variant, perRound } of targets) {
    t.equal(isStable, stable.has(name))
    if (variant === 'fixed') t.equal(perRound, 1)
    else t.equal(perRound, isStable ? 2 : 3)
  }
  const sent = targets.reduce((sum, { perRound }) => sum + perRound, 0)
  t.equal(sent, 3 * scene.chosen.peers.length, 'three datagrams a peer whatever their ports')
  t.equal(targets.filter(({ variant }) => variant === 'fixed').length, stable.size)
})

t.test('host_tcp asks the hosts whose address is known', async (t) => {
  const hosted = peerOn('b', { hostIps: [addressOf('192.168.0.2'), addressOf('fd01::2')], hostPort: 10_250 })
  const targets = configured(hostTcp).targets(sceneOf([peerOn('a'), hosted, peerOn('c')]))
  t.match(targets, [{ name: 'b', address: '192.168.0.2', port: 10_250, stable: true, peer: { node: 'b' } }])
  t.equal(targets.length, 1)
})

t.test('nodeport asks our own node and some peers, once there is a NodePort', async (t) => {
  const [a, b] = ['a', 'b'].map((node, i) => peerOn(node, { hostIps: [addressOf(`192.168.0.${i + 1}`)] }))
  const known = sceneOf([a ?? peerOn('a'), b ?? peerOn('b')], {}, { nodePort: 31_000 })
  t.match(configured(nodeport).targets(known), [
    { name: 'a', address: '192.168.0.1', port: 31_000, stable: true },
    { name: 'b', address: '192.168.0.2', port: 31_000, stable: true },
  ])
  const alone = sceneOf([peerOn('a'), peerOn('b')], { hostIp: '192.168.0.9' }, { nodePort: 31_000 })
  t.match(configured(nodeport).targets(alone), [{ name: 'a', address: '192.168.0.9' }])
  t.same(configured(nodeport).targets(sceneOf([peerOn('a')], { hostIp: '' }, { nodePort: 31_000 })), [])
  t.same(configured(nodeport).targets(sceneOf([peerOn('a'), peerOn('b')])), [])
})

function sorted<T extends { readonly name: string }>(targets: readonly T[]): readonly T[] {
  return [...targets].sort((x, y) => (x.name < y.name ? -1 : 1))
}
