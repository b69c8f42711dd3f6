import t from 'tap'

import { createStarvation, starvedFrom } from '../../src/agent/starvation.ts'
import { createWarmup } from '../../src/agent/warmup.ts'
import { failed, reached } from '../../src/model/result.ts'
import { peerOn, resultOf, targetAt } from '../support/agent.ts'

const timeout = failed('timeout', '')
const loopback = targetAt(peerOn('node-1'), { check: 'peer_http' })
const other = targetAt(peerOn('node-2'), { check: 'peer_http' })
const planes = (['peer_tcp', 'dns_replica', 'apiserver_endpoint', 'ingress'] as const).map((check) =>
  targetAt(peerOn('node-2'), { check }),
)

t.test('one late slot is a pause, two are starvation', async (t) => {
  const starvation = createStarvation('node-1', () => undefined)
  starvation.late(500)
  t.equal(starvation.roundEnds(), 0)
  for (const _round of [1, 2]) {
    starvation.late(500)
    starvation.late(150)
    starvation.roundEnds()
  }
  t.ok(starvation.score() >= starvedFrom)
})

t.test('who did not send what others expect starves at once; one slot is a pause', async (t) => {
  const starvation = createStarvation('node-1', () => undefined)
  starvation.missed(1)
  t.equal(starvation.roundEnds(), 0)
  starvation.missed(1)
  starvation.missed(1)
  t.equal(starvation.roundEnds(), starvedFrom)
  t.equal(starvation.roundEnds(), starvedFrom - 1)
})

t.test('throttling counts beside lateness, and a slow own loopback by itself', async (t) => {
  let throttled = 0
  const starvation = createStarvation('node-1', () => throttled)
  throttled = 10
  t.equal(starvation.roundEnds(), 0, 'throttled without being late')
  throttled = 20
  starvation.late(200)
  starvation.late(200)
  starvation.note(resultOf(loopback, reached, 300))
  t.equal(starvation.roundEnds(), 3)
})

t.test('nearly everything failing at once makes us the suspect, one plane failing does not', async (t) => {
  const starvation = createStarvation('node-1', () => undefined)
  starvation.note(resultOf(other, timeout))
  for (const target of planes) starvation.note(resultOf(target, target.check === 'peer_tcp' ? timeout : reached))
  t.equal(starvation.roundEnds(), 0)
  for (const target of planes) starvation.note(resultOf(target, timeout))
  t.equal(starvation.roundEnds(), 1)
})

t.test('a clean round takes one away', async (t) => {
  const starvation = createStarvation('node-1', () => undefined)
  starvation.note(resultOf(loopback, timeout))
  starvation.roundEnds()
  t.equal(starvation.roundEnds(), 0)
})

t.test('nothing counts until a round went well; then that round counts too', async (t) => {
  const dropped: number[] = []
  const warmup = createWarmup((count) => dropped.push(count))
  for (const outcome of [timeout, timeout, reached]) warmup.hold(resultOf(other, outcome))
  t.same(warmup.roundEnds(), [])
  t.same([warmup.warming(), dropped], [true, [3]])
  for (const outcome of [timeout, reached, reached]) warmup.hold(resultOf(other, outcome))
  t.equal(warmup.roundEnds().length, 3)
  t.equal(warmup.warming(), false)
})

t.test('when the warm-up is over, the next round counts, good or bad', async (t) => {
  const warmup = createWarmup(() => {})
  warmup.end()
  t.equal(warmup.warming(), true, 'the round that has begun is not whole')
  warmup.roundEnds()
  t.equal(warmup.warming(), false)
})
