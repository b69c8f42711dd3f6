import t from 'tap'

import { bucketOf } from '../../src/model/latency.ts'
import { failureRatio, foldMatrices, naturally } from '../../src/model/matrix.ts'
import type { FailCount, OkCount, StablePair } from '../../src/model/round.ts'
import { drawing, drawn } from '../support/matrix.ts'
import { roundOf } from '../support/rounds.ts'

t.test('stable pairs are folded over rounds; who was not asked stays unknown', async (t) => {
  const [matrix, ...others] = foldMatrices(
    [
      roundOf('a', 7, { stable: [pair('b', 3, 0), pair('a', 1, 0)] }),
      roundOf('a', 8, { stable: [pair('b', 1, 2)], fails: [fail('b', 3, 2)] }),
      roundOf('b', 8, { stable: [pair('c', 0, 3)], fails: [fail('c', 3, 3)] }),
    ],
    ['a', 'b', 'c'],
  )
  t.strictSame(others, [])
  const expected = drawing(`
       a    b    c
    a  0/1  2/6  .
    b  .    .    3/3
    c  .    .    .
  `)
  t.equal(matrix && drawn(matrix), expected)
  t.equal(matrix?.check, 'peer_tcp')
  t.notOk(matrix && 'variant' in matrix)
})

t.test('a passing peer shows where it failed, attempts counted once for all its reasons', async (t) => {
  const fails = [fail('b', 4, 1, { reason: 'reset' }), fail('b', 4, 2), fail('c', 1, 1)]
  const [matrix] = foldMatrices([roundOf('a', 7, { ok: [ok({ zone: 'z', n: 9 })], fails })], ['a', 'b', 'c'])
  const expected = drawing(`
       a  b    c
    a  .  3/4  1/1
    b  .  .    .
    c  .  .    .
  `)
  t.equal(matrix && drawn(matrix), expected)
  t.strictSame(matrix?.cells.get('a')?.get('b')?.reasons, { reset: 1, timeout: 2 })
})

t.test('several reasons in a stable pair add up and do not add attempts', async (t) => {
  const fails = [fail('b', 3, 1, { reason: 'reset' }), fail('b', 3, 1)]
  const rounds = [7, 8].map((round) => roundOf('a', round, { stable: [pair('b', 1, 2)], fails }))
  const cell = foldMatrices(rounds, ['a', 'b'])[0]?.cells.get('a')?.get('b')
  t.match(cell, { attempts: 6, failures: 4, reasons: { reset: 2, timeout: 2 }, round: 8 })
  t.equal(cell && failureRatio(cell), 4 / 6)
})

t.test('shared targets are columns in natural order, whichever node asked them', async (t) => {
  const shared = (target: string, n: number): OkCount => ok({ check: 'dns_replica', variant: 'internal', target, n })
  const failing = fail('dns-10', 3, 1, { check: 'dns_replica', variant: 'internal', reason: 'name_server_failed' })
  const reset = fail('dns-10', 3, 1, { check: 'dns_replica', variant: 'internal', reason: 'reset' })
  const [matrix] = foldMatrices(
    [
      roundOf('a', 7, { ok: [shared('dns-10', 1), shared('dns-2', 2)], fails: [failing, reset] }),
      roundOf('b', 7, { ok: [shared('dns-1', 1)] }),
    ],
    ['a', 'b'],
  )
  const expected = drawing(`
       dns-1  dns-2  dns-10
    a  .      0/2    2/3
    b  0/1    .      .
  `)
  t.equal(matrix && drawn(matrix), expected)
})

t.test('every check and variant has a matrix of its own', async (t) => {
  const dns = { check: 'dns_replica', target: 'dns-1' } as const
  const internal = ok({ ...dns, variant: 'internal', n: 2 })
  const external = fail('dns-1', 2, 2, { check: 'dns_replica', variant: 'external' })
  const fixed: StablePair = { ...pair('b', 1, 0), check: 'peer_udp', variant: 'fixed' }
  const round = roundOf('a', 7, { ok: [internal], fails: [external], stable: [fixed, pair('b', 1, 0)] })
  const matrices = foldMatrices([round], ['a', 'b'])
  const names = matrices.map(({ check, variant }) => `${check}/${variant ?? ''}`).toSorted()
  t.strictSame(names, ['dns_replica/external', 'dns_replica/internal', 'peer_tcp/', 'peer_udp/fixed'])
  const [bad] = matrices.filter(({ variant }) => variant === 'external')
  t.match(bad?.cells.get('a')?.get('dns-1'), { attempts: 2, failures: 2 })
})

t.test('both families of a stable pair fall into one cell, each with its attempts', async (t) => {
  const stable = [pair('b', 3, 0), { ...pair('b', 0, 3), family: 6 as const }]
  const fails = [fail('b', 3, 3, { family: 6 })]
  const [matrix] = foldMatrices([roundOf('a', 7, { stable, fails })], ['a', 'b'])
  t.match(matrix?.cells.get('a')?.get('b'), { attempts: 6, failures: 3 })
})

t.test('a passing peer that fails in both families counts the attempts of both', async (t) => {
  const fails = [fail('b', 2, 1), fail('b', 3, 3, { family: 6 }), fail('b', 2, 1, { reason: 'reset' })]
  const [matrix] = foldMatrices([roundOf('a', 7, { fails })], ['a', 'b'])
  t.match(matrix?.cells.get('a')?.get('b'), { attempts: 5, failures: 5 })
})

t.test('latency is that of all rounds together', async (t) => {
  const fast = { ...pair('b', 99, 0), latency: [[bucketOf(1), 99]] as const }
  const slow = { ...pair('b', 2, 0), latency: [[bucketOf(500), 2]] as const }
  const rounds = [roundOf('a', 7, { stable: [fast] }), roundOf('a', 8, { stable: [slow] })]
  const cell = foldMatrices(rounds, ['a', 'b'])[0]?.cells.get('a')?.get('b')
  t.ok(Math.abs((cell?.p50Ms ?? 0) - 1) < 0.06)
  t.ok(Math.abs((cell?.p99Ms ?? 0) - 500) < 30)
  const [silent] = foldMatrices([roundOf('a', 7, { stable: [pair('b', 0, 3)] })], ['a', 'b'])
  t.notOk('p50Ms' in (silent?.cells.get('a')?.get('b') ?? {}), 'no success, no latency')
})

t.test('rounds may come in any order', async (t) => {
  const rounds = [5, 6, 7].map((round) => roundOf('a', round, { stable: [pair('b', round, 1)] }))
  t.strictSame(foldMatrices(rounds.toReversed(), ['a', 'b']), foldMatrices(rounds, ['a', 'b']))
  t.strictSame(foldMatrices([], ['a']), [])
})

t.test('names with numbers are sorted as people count', async (t) => {
  t.strictSame(['dns-10', 'dns-2', 'b', 'dns-1'].toSorted(naturally), ['b', 'dns-1', 'dns-2', 'dns-10'])
})

function pair(peer: string, okCount: number, failed: number): StablePair {
  return { peer, check: 'peer_tcp', family: 4, ok: okCount, failed, latency: [] }
}

function ok(overrides: Partial<OkCount> & { readonly n: number }): OkCount {
  return { check: 'peer_tcp', family: 4, ...overrides }
}

function fail(target: string, n: number, failed: number, overrides: Partial<FailCount> = {}): FailCount {
  return { check: 'peer_tcp', target, family: 4, n, failed, reason: 'timeout', phase: 'connect', ...overrides }
}
