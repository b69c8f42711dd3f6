import { setTimeout as delay } from 'node:timers/promises'

import t from 'tap'

import { runProbe } from '../../src/agent/run-probe.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import type { Probe, ProbeContext } from '../../src/model/probe.ts'
import { failed, reached } from '../../src/model/result.ts'
import { peerOn, targetAt } from '../support/agent.ts'

const target = targetAt(peerOn('node-2'))

function asking(lifetime = new AbortController().signal) {
  return { clock: systemClock, lifetime, round: 7, index: 0, viewHash: 'v' }
}

function probe(run: (context: ProbeContext) => ReturnType<Probe['run']>): Probe {
  return { check: 'peer_tcp', timeoutMs: 50, targets: () => [], run: (_target, context) => run(context) }
}

t.test('runProbe times the phases and keeps the outcome', async (t) => {
  const result = await runProbe(
    probe(async ({ enter }) => {
      enter('connect')
      await delay(10)
      enter('exchange')
      return reached
    }),
    target,
    asking(),
  )
  t.match(result, { outcome: 'reached', target, phases: [{ phase: 'connect' }, { phase: 'exchange' }] })
  t.ok((result.phases[0]?.ms ?? 0) >= 9, 'the first phase took its 10 ms')
})

t.test('runProbe calls silence a timeout, in the phase it happened in', async (t) => {
  const result = await runProbe(
    probe(async ({ enter, signal }) => {
      enter('connect')
      enter('tls')
      await delay(10_000, undefined, { signal })
      return reached
    }),
    target,
    asking(),
  )
  t.match(result, { outcome: 'failed', reason: 'timeout', detail: 'no answer within 50 ms' })
  t.equal(result.phases.at(-1)?.phase, 'tls')
})

t.test('runProbe turns what the network threw into a reason', async (t) => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const result = await runProbe(
    probe(() => Promise.reject(refused)),
    target,
    asking(),
  )
  t.match(result, { outcome: 'failed', reason: 'refused', detail: 'connect ECONNREFUSED' })
})

t.test('runProbe keeps what the probe decided', async (t) => {
  const result = await runProbe(
    probe(async () => failed('wrong_peer', 'node-9')),
    target,
    asking(),
  )
  t.match(result, { outcome: 'failed', reason: 'wrong_peer', detail: 'node-9' })
})

t.test('runProbe rejects when the agent stops, and leaves no listener on its signal', async (t) => {
  const stop = new AbortController()
  const running = runProbe(
    probe(({ signal }) => delay(10_000, reached, { signal })),
    target,
    asking(stop.signal),
  )
  stop.abort(new Error('stopping'))
  await t.rejects(running, { message: 'stopping' })
  await t.rejects(
    runProbe(
      probe(async () => reached),
      target,
      asking(stop.signal),
    ),
    { message: 'stopping' },
  )
})
