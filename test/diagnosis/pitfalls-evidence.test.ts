import t from 'tap'
import { kind } from '../../src/diagnosis/kinds.ts'
import { zoneOneWay } from '../../src/diagnosis/modes/zones.ts'
import { learnNoise, newNoise } from '../../src/diagnosis/noise.ts'
import { spread } from '../../src/model/hash.ts'
import { everNamed, losing } from './altered.ts'
import { beliefOf, judged, type Sent } from './crowd.ts'
import { named } from './drawn.ts'

const cutN4 = '   n4 *\nn4 .  x\n*  x  .'

t.test('a hard fault of three rounds is no faint fault of the long window that remembers it', async (t) => {
  t.strictSame(
    everNamed([
      [3, { packets: cutN4, unread: ['n4'] }],
      [30, {}],
    ]),
    ['pod_network_cut n4'],
  )
})

t.test('one bad path accuses no node, however long it is bad', async (t) => {
  const isLossy = (a: string, b: string) => [a, b].includes('n1') && [a, b].includes('n5')
  const drawing = { packets: '   n4\nn1 x', ...losing(0.04, isLossy) }
  t.strictSame(everNamed([[12, drawing]]), ['link n1>n4'])
})

t.test('what a node loses is named by all that fails: no limit of a pair hides the direction', async (t) => {
  t.strictSame(named({ packets: '   n4\n*  x', unread: ['n4'] }), ['pod_network_in n4'])
  t.strictSame(named({ packets: cutN4, unread: ['n4'] }), ['pod_network_cut n4'])
})

t.test('a loss that is plain to count and too small to matter is not named', async (t) => {
  const between = (share: number) =>
    judged(
      beliefOf(
        100,
        rounds(24, (round, i) => spread(`${round}|${i}`, 1000) < 3000 * share),
      ),
      zoneOneWay,
      1,
    )
  const [small, large] = [between(0.012), between(0.03)]
  t.ok(small.score > 100)
  t.equal(small.verdict, 'no')
  t.equal(large.verdict, 'yes')
})

t.test('noise is learned slowly, within limits, and from the bad as well as from the good', async (t) => {
  const learned = (lostOf: (node: number) => number, windows = 1) => {
    const noise = newNoise()
    const sent = Array.from({ length: 10 }, (_, from) => ({ from, to: (from + 1) % 10, n: 240, lost: lostOf(from) }))
    for (let window = 0; window < windows; window++) learnNoise(noise, beliefOf(10, [sent], noise), 0.2)
    return noise[kind.oneWay] ?? 0
  }
  const before = newNoise()[kind.oneWay] ?? 0
  t.ok(learned(() => 0) < before && learned(() => 0) > 0.8 * before, 'one quiet window changes little')
  t.equal(
    learned(() => 0, 100),
    1e-3,
    'a quiet year does not make it nothing',
  )
  t.equal(
    learned(() => 144, 100),
    0.05,
    'a bad year does not make everything noise',
  )
  t.ok(learned((node) => (node === 0 ? 72 : 0), 100) > 0.02, 'one who loses more counts as long as nothing explains it')
})

/** What fifty nodes of one zone send to seven each of the other, three datagrams a round, and which of it lacks one. */
function rounds(count: number, isLossy: (round: number, pair: number) => boolean): readonly (readonly Sent[])[] {
  return Array.from({ length: count }, (_, round) =>
    Array.from({ length: 350 }, (_, pair) => {
      const to = 2 * ((pair * 7 + 3 * Math.floor(pair / 50)) % 50) + 1
      return { from: 2 * (pair % 50), to, n: 3, lost: isLossy(round, pair) ? 1 : 0 }
    }),
  )
}
