import fc from 'fast-check'
import t from 'tap'

import { takesTurn, turnsFor } from '../../src/model/peer-choice.ts'
import { choicesOf, crowdOf } from '../support/crowd.ts'

const nodeCounts = fc.integer({ min: 1, max: 5000 })
const perRounds = fc.integer({ min: 1, max: 4 })
const roundSeconds = fc.constantFrom(5, 10, 30)

t.test('in no round do more nodes ask a shared target than its budget allows', async () => {
  const budgets = fc.constantFrom(1, 20, 50, 200)
  const property = fc.property(nodeCounts, perRounds, roundSeconds, budgets, (nodes, perRound, seconds, perSecond) => {
    const every = turnsFor(nodes, perRound, seconds, perSecond)
    return [0, 1, 44_879_976].every((round) => askers(nodes, round, every).length * perRound <= seconds * perSecond)
  })
  fc.assert(property, { examples: [[5, 2, 5, 1]] })
})

t.test('every node has exactly one turn in every so many rounds', async () => {
  const property = fc.property(nodeCounts, perRounds, roundSeconds, (nodes, perRound, seconds) => {
    const every = turnsFor(nodes, perRound, seconds, 20)
    const turns = Array.from({ length: every }, (_, round) => askers(nodes, round + 7, every)).flat()
    return turns.length === nodes && new Set(turns).size === nodes
  })
  fc.assert(property)
})

t.test('a small cluster asks every round', async (t) => {
  t.equal(turnsFor(12, 2, 10, 50), 1)
  t.equal(turnsFor(5000, 1, 10, 50), 10)
  t.equal(turnsFor(10, 1, 10, 0.05), 20, 'a budget below one probe a round')
})

t.test('everyone has a rank of his own', async (t) => {
  const ranks = [...choicesOf(crowdOf(300), 0).values()].map(({ rank }) => rank)
  t.strictSame(
    ranks.toSorted((a, b) => a - b),
    ranks.map((_, index) => index),
  )
})

function askers(nodes: number, round: number, everyRounds: number): readonly number[] {
  const ranks = Array.from({ length: nodes }, (_, rank) => rank)
  return ranks.filter((rank) => takesTurn({ rank }, round, everyRounds))
}
