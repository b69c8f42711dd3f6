import t from 'tap'

import { createAsker } from '../../src/agent/asker.ts'
import { planFor } from '../../src/agent/plan.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { choosePeers, ringsOf } from '../../src/model/peer-choice.ts'
import type { Probe } from '../../src/model/probe.ts'
import { failed, type Outcome, type Result, reached } from '../../src/model/result.ts'
import { peerOn, probeAnsweredBy, selfOn, surroundingsOf } from '../support/agent.ts'

const nodes = Array.from({ length: 100 }, (_, i) => `node-${i}`)

function planOf(probe: Probe, names: readonly string[], slots: number) {
  const surroundings = surroundingsOf(names.map((node) => peerOn(node)))
  const rings = ringsOf(surroundings.view, 'test')
  const self = selfOn('node-0')
  const chosen = choosePeers(rings, rings, 'test', self.node, 0)
  return planFor([probe], { self, surroundings, chosen, epoch: 0, roundSeconds: 10 }, slots)
}

function askerFor(probe: Probe, names: readonly string[], slots: number) {
  const plan = planOf(probe, names, slots)
  const results: Result[] = []
  const stop = new AbortController()
  const counts = { dropped: 0, first: 0 }
  let current = plan
  const follow = (next: typeof plan) => {
    current = next
  }
  const asker = createAsker({
    clock: systemClock,
    lifetime: stop.signal,
    plan: () => current,
    sink: (result) => void results.push(result),
    onFirstFailure: () => void counts.first++,
    dropped: () => void counts.dropped++,
  })
  return { asker, plan, results, stop, counts, follow }
}

const silence = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

t.test('half of the peers dead: every healthy one is asked in its slot', async (t) => {
  // The first 50 never answer: each holds the chain for 5 ms, not for its deadline.
  const probe = probeAnsweredBy((target, signal) =>
    Number(target.name.slice(5)) < 50 ? silence(signal) : Promise.resolve(reached),
  )
  const everyone = { ...probe, targets: () => nodes.slice(1).map((node) => targetOf(probe, node)) }
  const { asker, results, stop } = askerFor(everyone, nodes, 16)
  const startMs = performance.now()
  for (let slot = 0; slot < 16; slot++) await asker.slot(1, slot)
  const tookMs = performance.now() - startMs
  t.equal(results.filter(({ outcome }) => outcome === 'reached').length, 50, 'all 50 healthy peers answered')
  t.ok(tookMs < 8000, `the round's sending time of 8 s is kept: ${tookMs.toFixed(0)} ms`)
  stop.abort()
  await asker.idle()
})

t.test('a first failure is asked about twice more, a second is not', async (t) => {
  const probe = probeAnsweredBy(async () => failed('refused', 'no'))
  const { asker, results, counts } = askerFor(probe, ['node-0', 'node-1'], 1)
  await asker.slot(1, 0)
  await asker.idle()
  t.equal(results.length, 3, 'the failure and two confirmations')
  t.equal(counts.first, 1)
  await asker.slot(2, 0)
  await asker.idle()
  t.equal(results.length, 4, 'known to fail: asked once')
})

t.test('a target that left while failing, and comes back, fails for the first time again', async (t) => {
  const probe = probeAnsweredBy(async () => failed('refused', 'no'))
  const { asker, results, follow, plan } = askerFor(probe, ['node-0', 'node-1'], 1)
  await asker.slot(1, 0)
  await asker.idle()
  follow(planOf(probe, ['node-0'], 1))
  await asker.slot(2, 0)
  follow(plan)
  await asker.slot(3, 0)
  await asker.idle()
  t.equal(results.length, 6, 'confirmed both times')
})

t.test('an answer for a target that has left is dropped', async (t) => {
  const { promise, resolve: answer } = Promise.withResolvers<Outcome>()
  const probe = probeAnsweredBy(() => promise)
  const { asker, results, counts, follow } = askerFor(probe, ['node-0', 'node-1'], 1)
  await asker.slot(1, 0)
  follow(planOf(probe, ['node-0'], 1))
  answer(reached)
  await asker.idle()
  t.same([results.length, counts.dropped], [0, 1])
})

t.test('a probe that throws a bug of ours becomes a result with its message, and the next is asked', async (t) => {
  const probe = probeAnsweredBy(async () => {
    throw new Error('an odd thing')
  })
  const { asker, results } = askerFor(probe, ['node-0', 'node-1'], 1)
  await asker.slot(1, 0)
  await asker.idle()
  t.match(results[0], { outcome: 'failed', reason: 'unknown', detail: 'an odd thing' })
})

t.test('stopping ends what is being asked, without a result', async (t) => {
  const probe = probeAnsweredBy((_target, signal) => silence(signal))
  const { asker, results, stop } = askerFor(probe, ['node-0', 'node-1'], 1)
  await asker.slot(1, 0)
  stop.abort()
  await asker.idle()
  t.same(results, [])
})

function targetOf(probe: Probe, node: string) {
  const [target] = probe.targets({
    self: selfOn('node-0'),
    surroundings: surroundingsOf([peerOn('node-0'), peerOn(node)]),
    chosen: chosenOf(node),
    epoch: 0,
    roundSeconds: 10,
  })
  if (target === undefined) throw new Error('a peer probe has a target for every chosen peer')
  return target
}

function chosenOf(node: string) {
  const rings = ringsOf(surroundingsOf([peerOn('node-0'), peerOn(node)]).view, 'test')
  return choosePeers(rings, rings, 'test', 'node-0', 0)
}
