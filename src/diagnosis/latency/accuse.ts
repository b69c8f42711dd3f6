import type { Entity } from '../../model/finding.ts'
import { bucketMs } from '../../model/latency.ts'
import type { Accusation } from '../accusation.ts'
import type { Atlas } from '../atlas.ts'
import type { Blame } from './blame.ts'
import type { Paths } from './paths.ts'
import type { Sample } from './sample.ts'
import { pathsBySuspect, placeOf, type Suspect } from './suspects.ts'

/** As much as one bad pair may ever say, and what three of them have to be above, both in nats. */
const natsOfPair = 5
const threshold = 10

/** Everybody who is blamed, as accusations with the figures for the sentence. */
export function accusationsOf(
  { atlas, paths, round }: { readonly atlas: Atlas; readonly paths: Paths; readonly round: number },
  sample: Sample,
  blames: readonly Blame[],
): readonly Accusation[] {
  if (blames.length === 0) return []
  const bySuspect = pathsBySuspect(atlas, paths, sample.paths, new Set(blames.map(({ suspect }) => suspect)))
  const touched = new Set([...bySuspect.values()].flat())
  const elsewhere = sample.paths.filter((path) => !touched.has(path))
  const fineElsewhere = elsewhere.filter((path) => !sample.isSlow(path)).length
  return blames.map(({ suspect, pairs, others }) => {
    const own = bySuspect.get(suspect) ?? []
    const slow = own.filter(sample.isSlow)
    const { latest, usual, history } = paths.columns
    const middle = (column: { readonly [path: number]: number }) => median(slow.map((path) => column[path] ?? 0))
    const entity = entityOf(atlas, suspect)
    return {
      fault: 'latency',
      entity,
      // Beside what may be said of the same node's agent: both can be true.
      place: `latency/${entity.name}`,
      severity: Math.round((100 * slow.length) / own.length) / 100,
      ...{ score: natsOfPair * pairs - threshold, llr: natsOfPair * pairs, window: 4 },
      firstRound: round + 1 - median(slow.map((path) => slowRun(history[path] ?? 0))),
      charge: {
        ...{ is: 'latency', suspect, nowMs: bucketMs(middle(latest)), usualMs: bucketMs(middle(usual)) },
        ...{ slow: slow.length, paths: own.length, fineElsewhere, elsewhere: elsewhere.length },
      },
      alternatives: others.map(({ suspect: other, behind }) => ({
        fault: 'latency',
        entity: entityOf(atlas, other),
        deltaNats: (behind * natsOfPair) / 2,
      })),
    }
  })
}

function entityOf({ nodes, zones }: Atlas, suspect: Suspect): Entity {
  const place = placeOf(suspect)
  if ('node' in place) return { kind: 'node', name: nodes[place.node] ?? '' }
  const names = place.zones.map((zone) => zones[zone] ?? '')
  return { kind: 'zone_pair', name: names.sort().join('|') }
}

/** Since how many rounds a path has been slow, one quick one in between not counted. */
function slowRun(history: number): number {
  let run = 0
  for (let age = 0; age < 8; age++) {
    if (((history >>> age) & 1) === 1) run = age + 1
    else if (((history >>> age) & 3) === 0) return run
  }
  return run
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
