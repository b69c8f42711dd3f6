import t from 'tap'

import { createRecorder } from '../../src/agent/recorder.ts'
import { failed, reached } from '../../src/model/result.ts'
import { peerOn, resultOf, targetAt } from '../support/agent.ts'

const timeout = failed('timeout', '')
const stable = targetAt(peerOn('node-2', { zone: 'b' }))
const passing = targetAt(peerOn('node-3', { zone: 'b' }), { stable: false })
const { peer: _nobody, ...shared } = targetAt(peerOn('x'), {
  check: 'dns_replica',
  name: 'kube-system/dns-1',
  variant: 'external',
  stable: false,
})

t.test('recorder counts successes by zone, stable pairs one by one, failures by reason', async (t) => {
  const recorder = createRecorder()
  for (const result of [
    resultOf(stable, reached, 2),
    resultOf(stable, timeout),
    resultOf(stable, failed('reset', '')),
    resultOf(passing),
    resultOf(shared),
    resultOf(shared, failed('name_server_failed', '')),
  ]) {
    recorder.record(result)
  }
  const { ok, stable: pairs, fails } = recorder.take()
  t.same(ok, [
    { check: 'peer_tcp', family: 4, zone: 'b', n: 2 },
    { check: 'dns_replica', variant: 'external', family: 4, target: 'kube-system/dns-1', n: 1 },
  ])
  t.match(pairs, [{ peer: 'node-2', check: 'peer_tcp', ok: 1, failed: 2, latency: [[87, 1]] }])
  t.match(fails, [
    { target: 'node-2', n: 3, failed: 1, reason: 'timeout', phase: 'connect' },
    { target: 'node-2', n: 3, failed: 1, reason: 'reset' },
    { target: 'kube-system/dns-1', variant: 'external', n: 2, failed: 1, reason: 'name_server_failed' },
  ])
  t.equal(pairs.length, 1, 'a passing peer is no pair of its own')
})

t.test('every attempt is a success or a failure', async (t) => {
  const recorder = createRecorder()
  for (let i = 0; i < 60; i++) recorder.record(resultOf(i % 2 ? stable : shared, i % 3 ? reached : timeout))
  const { ok, fails } = recorder.take()
  const successes = ok.reduce((sum, { n }) => sum + n, 0)
  const failures = fails.reduce((sum, row) => sum + row.failed, 0)
  t.equal(successes + failures, 60)
})

t.test('the next round begins empty, latency goes on', async (t) => {
  const recorder = createRecorder()
  for (let i = 0; i < 100; i++) recorder.record(resultOf(stable, reached, 1))
  recorder.take()
  t.same(recorder.take(), { ok: [], stable: [], fails: [] })
  recorder.record(resultOf(stable, reached, 100))
  const [pair] = recorder.take().stable
  t.ok((pair?.p50Ms ?? 0) < 1.1, 'the median is that of a hundred earlier rounds')
  recorder.keepOnly(() => false)
  recorder.record(resultOf(stable, reached, 100))
  t.ok((recorder.take().stable[0]?.p50Ms ?? 0) > 90, 'a pair that left is forgotten')
})
