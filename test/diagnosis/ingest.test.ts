import t from 'tap'
import { createAtlas } from '../../src/diagnosis/atlas.ts'
import { ingestRound } from '../../src/diagnosis/ingest.ts'
import { kind } from '../../src/diagnosis/kinds.ts'
import { byKind, failureWidth, newSlice } from '../../src/diagnosis/slice.ts'
import type { FailCount, Round } from '../../src/model/round.ts'

const failure: FailCount = {
  ...{ check: 'peer_tcp', target: 'b', family: 4, n: 1, failed: 1, reason: 'timeout', phase: 'connect' },
}

/** The failures of a round, as kind, asker, asked, class, how many, and whether the pair is passing. */
function failuresOf(fails: readonly Partial<FailCount>[], more: Partial<Round> = {}, times = 1) {
  const slice = newSlice(1)
  const atlas = createAtlas()
  const round: Round = {
    ...{ kind: 'round', round: 1, bootId: 'x', seq: 1, node: 'a', zone: 'z', podUid: 'u', viewHash: 'v' },
    ...{ roundSeconds: 10, starvedScore: 0, draining: false, ok: [], stable: [], received: [] },
    fails: fails.map((row) => ({ ...failure, ...row })),
    ...more,
  }
  for (let time = 0; time < times; time++) ingestRound(round, slice, atlas, new Map())
  const rows = slice.failures.length / failureWidth
  return Array.from({ length: rows }, (_, i) => slice.failures.slice(i * failureWidth, (i + 1) * failureWidth))
}

t.test('a failure is counted with its kind, its two ends and what it looked like', async (t) => {
  t.strictSame(failuresOf([{}]), [[kind.tcp, 0, 1, 0, 1, 1]])
  t.strictSame(failuresOf([{ reason: 'refused' }]), [[kind.tcp, 0, 1, 1, 1, 1]])
})

t.test('a round that is told twice counts once', async (t) => {
  const ok = [{ check: 'peer_tcp', zone: 'z', family: 4, n: 5 }] as const
  t.equal(failuresOf([{}], { ok }, 2).length, 1)
  const slice = newSlice(1)
  const atlas = createAtlas()
  const round: Round = {
    ...{ kind: 'round', round: 1, bootId: 'x', seq: 1, node: 'a', zone: 'z', podUid: 'u', viewHash: 'v' },
    ...{ roundSeconds: 10, starvedScore: 0, draining: false, ok, stable: [], received: [], fails: [] },
  }
  for (let time = 0; time < 2; time++) ingestRound(round, slice, atlas, new Map())
  t.equal(slice.counts.from.values[byKind(0, kind.tcp)], 5)
})

t.test('what says nothing of others is no failure of theirs', async (t) => {
  t.strictSame(failuresOf([{ reason: 'no_local_resources' }]), [])
  const nameless = { check: 'apiserver_dns', target: 'kubernetes', reason: 'name_not_found' } as const
  t.strictSame(failuresOf([{ ...nameless, phase: 'resolve' }]), [])
  t.equal(failuresOf([{ ...nameless, phase: 'exchange' }]).length, 1)
  t.strictSame(failuresOf([{}], { starvedScore: 2 }), [])
  t.equal(failuresOf([{}], { starvedScore: 1 }).length, 1)
})

t.test('confirmations of a failure do not make it count for more', async (t) => {
  t.strictSame(failuresOf([{ n: 3, failed: 3 }]), [[kind.tcp, 0, 1, 0, 1, 1]])
  t.equal(failuresOf([{ check: 'peer_udp', n: 9, failed: 9 }])[0]?.[4], 3)
})
