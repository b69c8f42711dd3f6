import t from 'tap'

import { due } from '../../src/agent/plan.ts'
import { createPlanner } from '../../src/agent/planner.ts'
import { probedPeers } from '../../src/agent/probed-peers.ts'
import { createRoster } from '../../src/agent/roster.ts'
import { addressOf } from '../../src/model/peer.ts'
import type { Identity } from '../../src/model/result.ts'
import { reached } from '../../src/model/result.ts'
import { peerOn, probeAnsweredBy, selfOn, surroundingsOf } from '../support/agent.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const pace = { roundMs: 10_000, slotMs: 500 }
const probe = probeAnsweredBy(async () => reached)

function plannerFor(probes = [probe]) {
  const clock = createFakeClock()
  const roster = createRoster(clock)
  return { clock, roster, planner: createPlanner({ self: selfOn('node-0'), probes, pace, roster }) }
}

function peers(count: number) {
  return Array.from({ length: count }, (_, i) => peerOn(`node-${i}`))
}

function identity(node: string, overrides: Partial<Identity> = {}): Identity {
  const where = { cluster: 'test', node, zone: 'b', hostIp: '127.0.0.9', podUid: `uid-${node}`, bootId: 'boot' }
  return { ...where, draining: false, ...overrides }
}

t.test('a small mesh is full, and everyone has a slot', async (t) => {
  const { planner } = plannerFor()
  planner.follow(surroundingsOf(peers(12)))
  const plan = planner.plan()
  t.equal(plan.targets.size, 11)
  const asked = plan.slots.flatMap((_, slot) => due(plan, 1, slot)).map(({ target }) => target.name)
  t.same(asked.sort(), [...plan.targets.values()].map(({ name }) => name).sort())
})

t.test('a repeated target is asked in slots spread over the round', async (t) => {
  const thrice = { ...probe, targets: (scene: never) => probe.targets(scene).map((t) => ({ ...t, perRound: 3 })) }
  const { planner } = plannerFor([thrice as typeof probe])
  planner.follow(surroundingsOf(peers(2)))
  const slots = planner.plan().slots.flatMap((tasks, slot) => tasks.map(() => slot))
  const [a = 0, b = 0, c = 0] = slots
  t.equal(slots.length, 3)
  t.ok(b - a >= 5 && c - b >= 5, `slots ${slots}`)
})

t.test('turns: every node once in as many rounds as it takes', async (t) => {
  const turns = { ...probe, targets: (scene: never) => probe.targets(scene).map((t) => ({ ...t, everyRounds: 4 })) }
  const { planner } = plannerFor([turns as typeof probe])
  planner.follow(surroundingsOf(peers(3)))
  const plan = planner.plan()
  const asked = [0, 1, 2, 3].map((round) => plan.slots.flatMap((_, slot) => due(plan, round, slot)).length)
  t.same(asked.sort(), [0, 0, 0, 2])
})

t.test('a large mesh has other rotating peers every epoch, and the same stable ones', async (t) => {
  const { planner } = plannerFor()
  planner.follow(surroundingsOf(peers(200)))
  planner.roundBegins(4000)
  const first = planner.plan().chosen
  t.equal(planner.roundBegins(4001), false, 'nothing changes within an epoch')
  t.equal(planner.roundBegins(4004), true)
  const second = planner.plan().chosen
  t.same(second.stable, first.stable)
  t.notSame(second.rotating, first.rotating)
})

t.test('what peers say completes what discovery knows, from the next round on', async (t) => {
  const { planner, roster } = plannerFor()
  const known = surroundingsOf([peerOn('node-0', { zone: '' }), peerOn('node-1', { zone: '' })])
  planner.follow(known)
  planner.roundBegins(4000)
  t.equal(roster.learn(identity('node-1')), true)
  t.equal(roster.learn(identity('node-1')), false, 'nothing new')
  planner.learned()
  planner.roundBegins(4001)
  const peer = planner.view().peers.find(({ node }) => node === 'node-1')
  t.match(peer, { zone: 'b', hostIps: [addressOf('127.0.0.9')] })
  t.equal(planner.view().hash, known.view.hash, 'the view is still the one that others have')
})

t.test('a leaving peer is excused for five minutes, its successor not at all', async (t) => {
  const { clock, roster } = plannerFor()
  roster.learn(identity('node-1', { draining: true }))
  t.equal(roster.isDraining('node-1'), true)
  await clock.advance(5 * 60_000)
  t.equal(roster.isDraining('node-1'), false, 'the excuse is over')
  roster.learn(identity('node-1', { draining: true, podUid: 'next' }))
  roster.learn(identity('node-1', { podUid: 'after' }))
  t.equal(roster.isDraining('node-1'), false)
})

t.test('probed peers are listed with their checks', async (t) => {
  const { planner } = plannerFor()
  planner.follow(surroundingsOf(peers(3)))
  t.same(
    probedPeers(planner.plan().targets.values())
      .map(({ node, checks }) => [node, checks])
      .sort(),
    [
      ['node-1', ['peer_tcp']],
      ['node-2', ['peer_tcp']],
    ],
  )
})
