import { faults } from '../../src/model/fault.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import type { ActiveTruth, SimulatedRound } from '../../src/simulate/simulate.ts'
import { zonePair } from './methods/places.ts'

const everyFault = Object.keys(faults) as readonly (keyof typeof faults)[]

/**
 * The same round for methods that know no faults and see no direction: whatever is said of an accepted entity is right,
 * a direction may be named as the pair of its zones, and an isolated zone as the pairs that it has.
 */
export function entityLevel(round: SimulatedRound): SimulatedRound {
  return { ...round, truths: round.truths.map((truth) => widened(truth, round.input)) }
}

function widened(truth: ActiveTruth, { view }: RoundInput): ActiveTruth {
  const named = [truth.entity, ...truth.alsoAccepted.map(({ entity }) => entity)]
  const pairs = named.flatMap((name) => (name.includes('>') ? [zonePair(...twoOf(name))] : []))
  const zones = new Set(view.nodes.map(({ zone }) => zone))
  const isolated = truth.fault === 'zone_isolated' ? [...zones].map((zone) => zonePair(zone, truth.entity)) : []
  const alsoAccepted = [...new Set([...named, ...pairs, ...isolated])].flatMap((entity) =>
    everyFault.map((fault) => ({ fault, entity })),
  )
  return { ...truth, alsoAccepted }
}

function twoOf(direction: string): readonly [string, string] {
  const [from = '', to = ''] = direction.split('>')
  return [from, to]
}
