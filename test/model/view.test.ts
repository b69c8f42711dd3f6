import fc from 'fast-check'
import t from 'tap'

import { addressOf, familyOf } from '../../src/model/peer.ts'
import { viewOf } from '../../src/model/peer-choice.ts'
import { peerOn } from '../support/agent.ts'
import { crowdOf, nodesOf } from '../support/crowd.ts'

t.test('a view is sorted and its hash is the same for the same peers in any order', async () => {
  const orders = fc.shuffledSubarray([...crowdOf(40)], { minLength: 40 })
  const { hash } = viewOf(crowdOf(40))
  fc.assert(
    fc.property(orders, (peers) => {
      const view = viewOf(peers)
      return view.hash === hash && nodesOf(view.peers).join() === nodesOf(peers).toSorted().join()
    }),
  )
})

t.test('the hash changes with a node, its zone and its pod, and with nothing else', async (t) => {
  const [first = peerOn('node-0'), ...rest] = crowdOf(5)
  const hashWith = (overrides: object) => viewOf([{ ...first, ...overrides }, ...rest]).hash
  const before = hashWith({})
  for (const change of [{ node: 'node-9' }, { zone: 'zone-9' }, { podUid: 'uid-9' }]) {
    t.not(hashWith(change), before, JSON.stringify(change))
  }
  for (const change of [{ ready: false }, { hostIps: [addressOf('127.0.0.9')] }, { port: 1 }]) {
    t.equal(hashWith(change), before, JSON.stringify(change))
  }
  t.not(viewOf(rest).hash, before)
})

t.test('an address knows its family', async (t) => {
  t.equal(familyOf('10.0.0.1'), 4)
  t.equal(familyOf('::1'), 6)
  t.strictSame(addressOf('fd00::1'), { ip: 'fd00::1', family: 6 })
})
