import t from 'tap'

import type { Matrix } from '../../src/model/matrix.ts'
import type { FailCount, OkCount } from '../../src/model/round.ts'
import { foldZones } from '../../src/model/zone-matrix.ts'
import { drawing, drawn } from '../support/matrix.ts'
import { roundOf } from '../support/rounds.ts'

const zoneOf = new Map([
  ...[
    ['n1', 'a'],
    ['n2', 'a'],
    ['n3', 'b'],
  ].map(([node = '', zone = '']) => [node, zone] as const),
])
const ok = (zone: string, n: number, overrides: Partial<OkCount> = {}): OkCount => {
  return { check: 'peer_tcp', zone, family: 4, n, ...overrides }
}
const fail = (target: string, failed: number, overrides: Partial<FailCount> = {}): FailCount => {
  return { check: 'peer_tcp', target, family: 4, n: 9, failed, reason: 'timeout', phase: 'connect', ...overrides }
}
const only = (matrices: readonly Matrix[]) => {
  t.equal(matrices.length, 1)
  return matrices.map(drawn)[0]
}

t.test('every success is known by zone, also of peers that are not stable', async (t) => {
  const rounds = [
    roundOf('n1', 7, { ok: [ok('a', 5), ok('b', 4)], fails: [fail('n3', 2)] }),
    roundOf('n2', 7, { ok: [ok('a', 1)], fails: [fail('n3', 2), fail('n3', 1, { reason: 'reset' }), fail('n1', 1)] }),
    roundOf('n3', 8, { zone: 'b', ok: [ok('b', 3)] }),
  ]
  const expected = drawing(`
       a    b
    a  1/7  5/9
    b  .    0/3
  `)
  const matrices = foldZones(rounds, zoneOf)
  t.equal(only(matrices), expected)
  t.match(matrices, [{ level: 'zone', check: 'peer_tcp', rows: ['a', 'b'], columns: ['a', 'b'] }])
  t.strictSame(matrices[0]?.cells.get('a')?.get('b'), {
    ...{ attempts: 9, failures: 5, reasons: { timeout: 4, reset: 1 }, round: 7 },
  })
})

t.test('what a node asks itself is left out', async (t) => {
  const self = { peer: 'n1', check: 'peer_tcp', family: 4, ok: 3, failed: 1, latency: [] } as const
  const rounds = [roundOf('n1', 7, { ok: [ok('a', 5)], stable: [self], fails: [fail('n1', 1)] })]
  t.equal(only(foldZones(rounds, zoneOf)), '   a    b\na  0/2  .\nb  .    .')
  const alone = [roundOf('n1', 7, { ok: [ok('a', 3)], stable: [self], fails: [fail('n1', 1)] })]
  t.strictSame(foldZones(alone, zoneOf), [], 'and then there is nothing to tell')
})

t.test(
  'checks and variants are matrices of their own, families are not; who is shared or unknown is left out',
  async (t) => {
    const shared = ok('', 3, { check: 'dns_replica', target: 'dns-1' })
    const { zone: _, ...dns } = shared
    const rounds = [
      roundOf('n1', 7, {
        ok: [ok('b', 1), ok('b', 2, { family: 6 }), ok('b', 4, { check: 'peer_udp', variant: 'fixed' }), dns],
        fails: [fail('gone', 1), fail('dns-1', 1, { check: 'dns_replica' })],
      }),
    ]
    const matrices = foldZones(rounds, zoneOf)
    t.strictSame(
      matrices.map(({ check, variant, cells }) => [check, variant, cells.get('a')?.get('b')?.attempts]),
      [
        ['peer_tcp', undefined, 3],
        ['peer_udp', 'fixed', 4],
      ],
    )
  },
)

t.test('the zone of an agent is that of the view; a zone that no view has is told all the same', async (t) => {
  const rounds = [
    roundOf('n3', 7, { zone: 'old', ok: [ok('new', 2)] }),
    roundOf('stranger', 7, { zone: 'c', ok: [ok('a', 1)] }),
  ]
  const [matrix] = foldZones(rounds, zoneOf)
  t.strictSame(matrix?.rows, ['a', 'b', 'c', 'new'])
  t.equal(matrix?.cells.get('b')?.get('new')?.attempts, 2)
  t.equal(matrix?.cells.get('c')?.get('a')?.attempts, 1)
})
