import fc from 'fast-check'
import t from 'tap'

import { choicesOf, crowdOf, edgesOf } from '../support/crowd.ts'

const epochs = fc.integer({ min: 0, max: 50_000_000 })

t.test('every ordered pair of zones is watched in every epoch', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 })
  const property = fc.property(sizes, epochs, (zoneSizes, epoch) => {
    const zones = zoneSizes.flatMap((size, zone) => Array.from({ length: size }, () => `${zone}`))
    return watchedZones(zones, epoch).size === zoneSizes.length * (zoneSizes.length - 1)
  })
  const examples: [number[], number][] = [
    [[1, 60], 0],
    [[3, 40, 57], 1],
    [[1, 1, 1, 1, 1, 60], 44_879_976],
  ]
  fc.assert(property, { numRuns: 60, examples })
})

t.test('with many zones every ordered pair of zones has its turn', async (t) => {
  const zones = Array.from({ length: 90 }, (_, index) => `${index % 9}`)
  const perEpoch = Array.from({ length: 9 }, (_, epoch) => watchedZones(zones, epoch))
  t.equal(new Set(perEpoch.flatMap((watched) => [...watched])).size, 9 * 8)
})

t.test('between a small and a large zone everyone of the large one has a turn', async (t) => {
  const zones = Array.from({ length: 105 }, (_, index) => (index < 5 ? 'small' : 'large'))
  const edges = zonalEdges(zones, 40)
  const turns = (from: string, at: 0 | 1) =>
    new Set(edges.filter(([source]) => zoneIn(zones, source) === from).map((edge) => edge[at])).size
  // Edges that are among the other peers anyway are left out: about one in eight.
  t.ok(turns('large', 0) >= 80, `${turns('large', 0)} of 100 probed the small zone`)
  t.ok(turns('small', 1) >= 80, `${turns('small', 1)} of 100 were probed from the small zone`)
})

t.test('between zones of one size other pairs have their turn every epoch', async (t) => {
  const zones = Array.from({ length: 100 }, (_, index) => `${index % 2}`)
  const edges = zonalEdges(zones, 10)
  t.ok(edges.length >= 800, `${edges.length} edges in 10 epochs`)
  t.equal(new Set(edges.map(String)).size, edges.length, 'no pair twice')
})

/** The ordered pairs of different zones between which somebody probes. */
function watchedZones(zones: readonly string[], epoch: number): ReadonlySet<string> {
  const edges = edgesOf(
    choicesOf(
      crowdOf(zones.length, (index) => zones[index] ?? ''),
      epoch,
    ),
    'peers',
  )
  const pairs = edges.map(([from, to]) => [zoneIn(zones, from), zoneIn(zones, to)] as const)
  return new Set(pairs.filter(([a, b]) => a !== b).map(([a, b]) => `${a}>${b}`))
}

function zonalEdges(zones: readonly string[], epochCount: number) {
  const peers = crowdOf(zones.length, (index) => zones[index] ?? '')
  return Array.from({ length: epochCount }, (_, epoch) => edgesOf(choicesOf(peers, epoch), 'zonal')).flat()
}

function zoneIn(zones: readonly string[], node: string): string {
  return zones[Number(node.slice('node-'.length))] ?? ''
}
