import t from 'tap'

import { learningOwnZone } from '../../src/cli/own-zone.ts'
import type { Surroundings } from '../../src/model/peer.ts'
import { peerOn, selfOn, surroundingsOf } from '../support/agent.ts'

async function zoneAfter(zone: string, ...yielded: readonly Surroundings[]): Promise<readonly string[]> {
  const self = { ...selfOn('w1'), zone }
  const discovery = {
    async *watch() {
      yield* yielded
    },
  }
  const zones = []
  for await (const _ of learningOwnZone(discovery, self).watch(new AbortController().signal)) zones.push(self.zone)
  return zones
}

t.test('our zone is the one that discovery gives our node, from the first word on', async (t) => {
  const peers = [peerOn('w2', { zone: 'zone-b' }), peerOn('w1', { zone: 'zone-a' })]
  t.same(await zoneAfter('', surroundingsOf(peers.slice(0, 1)), surroundingsOf(peers)), ['', 'zone-a'])
})

t.test('a zone that the settings say stays', async (t) => {
  t.same(await zoneAfter('zone-x', surroundingsOf([peerOn('w1', { zone: 'zone-a' })])), ['zone-x'])
})
