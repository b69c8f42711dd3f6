import t from 'tap'

import { createWordCounter, sumOfWords } from '../../bench/diagnosis/confidence.ts'
import { countsOf, secondsIn, sumOf } from '../../bench/diagnosis/counts.ts'
import { entityLevel } from '../../bench/diagnosis/entity-level.ts'
import { keyOf, rowJobs, scenariosOf, soakJobs } from '../../bench/diagnosis/job.ts'
import { findingAbout } from '../../bench/diagnosis/methods/method.ts'
import { oneRun } from '../../bench/diagnosis/one-run.ts'
import { falseFaultsIn, flawsIn } from '../../bench/diagnosis/piece.ts'
import { merged, textOf } from '../../bench/diagnosis/results.ts'
import { rows } from '../../bench/diagnosis/rows.ts'
import { together } from '../../bench/diagnosis/stopwatch.ts'
import type { Confidence } from '../../src/model/finding.ts'
import { nodeDown } from '../../src/simulate/scenarios/nodes.ts'
import { zoneIsolated, zoneOneWay } from '../../src/simulate/scenarios/zones.ts'
import { firstReportedSeed } from '../../src/simulate/seeds.ts'
import { type SimulatedRound, simulate } from '../../src/simulate/simulate.ts'
import { falseFinding, faultFound, faultMissed, pieceOf, runOf } from './scores.ts'

t.test('the pieces of a seed have every scenario of the row once', async (t) => {
  for (const row of rows) {
    const jobs = rowJobs(row, 1)
    t.strictSame(jobs.flatMap(scenariosOf).sort(), [...row.scenarios].sort(), row.name)
    t.ok(jobs.every((job) => scenariosOf(job).length > 0))
  }
  t.equal(new Set(rows.map(({ name }) => name)).size, rows.length)
})

t.test('every job is on a reported seed and has a name of its own', async (t) => {
  const jobs = [...rows.flatMap((row) => rowJobs(row, 3)), ...soakJobs(200, 'N1', 20e6)]
  t.ok(jobs.every(({ seed }) => seed >= firstReportedSeed))
  const names = jobs.map((job) => `${job.is === 'row' ? job.row.name : 'soak'} ${keyOf(job)}`)
  t.equal(new Set(names).size, jobs.length)
})

t.test('a soak has as many runs as it takes', async (t) => {
  const nodeRounds = (jobs: ReturnType<typeof soakJobs>) => jobs.reduce((sum, one) => sum + one.nodes * one.rounds, 0)
  t.equal(nodeRounds(soakJobs(200, 'N1', 20e6)), 20e6)
  t.equal(soakJobs(200, 'N1', 1).length, 1)
})

const good = runOf({ faults: [faultFound(20), faultFound(30, { gray: true })], trueFindings: 2, nodeRounds: 100 })
const poor = runOf({
  ...{ faults: [faultMissed(), faultFound(20, { exactFault: false })], trueFindings: 1, nodeRounds: 300 },
  falseFindings: [falseFinding('wrong')],
})

t.test('counts of runs add up to the counts of all runs', async (t) => {
  const sum = sumOf([countsOf([good]), countsOf([poor])])
  t.strictSame(sum, countsOf([good, poor]))
  t.match(sum.shares, { precision: [3, 4], recall: [3, 4], recallHard: [2, 3], recallGray: [1, 1], exactFault: [2, 3] })
  t.match(sum, { falseFindings: 1, nodeRounds: 400 })
  t.strictSame(secondsIn(sum, 'hard'), [20, 20])
  t.strictSame(secondsIn(sum, 'gray'), [30])
  t.strictSame(secondsIn(countsOf([runOf({ faults: [faultFound(50, { fault: 'link' })] })]), 'slow'), [50])
  t.strictSame(sumOf([]), countsOf([]))
})

t.test('only what went wrong is told of a scenario', async (t) => {
  t.strictSame(flawsIn([good, { ...poor, scenario: 'bad_day' }]), { bad_day: { missed: 1, inexact: 1, false: 1 } })
  t.strictSame(falseFaultsIn([good, poor]), { node_down: 1 })
})

t.test('pieces of one group stay together while they come from the same sources', async (t) => {
  const [old, next] = [pieceOf({ code: 'old' }), pieceOf({ code: 'new' })]
  const before = { n5: { '1000': old, '1001': old }, n12: { '1000': old } }
  t.strictSame(merged(before, { group: 'n5', key: '1002', piece: old })['n5'], { ...before.n5, '1002': old })
  const after = merged(before, { group: 'n5', key: '1001', piece: next })
  t.strictSame(after, { n5: { '1001': next }, n12: before.n12 })
  t.strictSame(JSON.parse(textOf(after)), JSON.parse(JSON.stringify(after)))
})

t.test('of two timings the sum and the higher maximum is kept', async (t) => {
  const quick = { calls: 2, cpuMs: 3, cpuMaxMs: 2, wallMs: 4, wallMaxMs: 3 }
  const slow = { calls: 1, cpuMs: 9, cpuMaxMs: 9, wallMs: 9, wallMaxMs: 9 }
  t.strictSame(together(quick, slow), { calls: 3, cpuMs: 12, cpuMaxMs: 9, wallMs: 13, wallMaxMs: 9 })
})

t.test('findings are counted by the word they came with and by the surest they had', async (t) => {
  const counter = createWordCounter()
  const [round] = [...simulate({ nodes: 5, zones: 1, scenario: nodeDown, noise: 'N0', seed: 1 })]
  if (round === undefined) throw new Error('no round')
  const say = (...told: readonly (readonly [name: string, confidence: Confidence])[]) =>
    counter.observe(
      round,
      told.map(([name, confidence]) => ({ ...findingAbout({ kind: 'node', name }), confidence })),
    )
  say(['right', 'low'], ['wrong', 'medium'])
  say(['right', 'high'], ['wrong', 'low'])
  say(['right', 'medium'])
  const words = counter.result(runOf({ falseFindings: [falseFinding('node/wrong')] }))
  t.strictSame(words.first, { high: [0, 0], medium: [0, 1], low: [1, 1] })
  t.strictSame(words.best, { high: [1, 1], medium: [0, 1], low: [0, 0] })
  t.strictSame(sumOfWords([words, words]).first, { high: [0, 0], medium: [0, 2], low: [2, 2] })
})

t.test('that a starving agent is slow is counted only when it is scored', async (t) => {
  const counter = createWordCounter()
  const [round] = [...simulate({ nodes: 5, zones: 1, scenario: nodeDown, noise: 'N0', seed: 1 })]
  if (round === undefined) throw new Error('no round')
  const slow = (name: string) => ({ ...findingAbout({ kind: 'node', name }), fault: 'agent_slow' as const })
  counter.observe(round, [slow('starves'), slow('does-not')])
  t.strictSame(counter.result(runOf({ falseFindings: [falseFinding('node/does-not')] })).first.high, [0, 1])
})

t.test('a method may name a direction as its pair of zones, and an isolated zone as its pairs', async (t) => {
  const accepted = (round: SimulatedRound) => round.truths.flatMap(({ alsoAccepted }) => alsoAccepted)
  const last = (scenario: typeof zoneOneWay) =>
    [...simulate({ nodes: 6, zones: 3, scenario, noise: 'N0', seed: 3 })].find(({ truths }) => truths.length > 0)
  const [oneWay, isolated] = [last(zoneOneWay), last(zoneIsolated)]
  if (oneWay === undefined || isolated === undefined) throw new Error('nothing happened')
  const direction = oneWay.truths[0]?.entity ?? ''
  t.match(accepted(entityLevel(oneWay)), [{ entity: direction }])
  t.ok(accepted(entityLevel(oneWay)).some(({ entity }) => entity === direction.split('>').sort().join('|')))
  const zone = isolated.truths[0]?.entity ?? ''
  const pairs = accepted(entityLevel(isolated)).filter(({ entity }) => entity.includes('|'))
  t.ok(pairs.length > 0 && pairs.every(({ entity }) => entity.split('|').includes(zone)))
})

t.test('one run is judged by the engine and by the methods, on the same rounds', async (t) => {
  const seen: number[] = []
  const node = { kind: 'node', name: 'nobody' } as const
  const methods = [{ name: 'accuses nobody that is there', start: () => () => [node] }]
  const options = { nodes: 8, zones: 2, scenario: nodeDown, noise: 'N0', seed: 2 } as const
  const run = oneRun(options, { methods, onRound: (index) => seen.push(index) })
  t.match(run.engine.faults, [{ detected: true }])
  t.equal(run.others[0]?.nodeRounds, run.engine.nodeRounds)
  t.match(run.others[0]?.falseFindings, [{ entity: 'nobody' }])
  t.equal(run.timing.calls, seen.length)
  const told = Object.values(run.words.first).reduce((sum, [, of]) => sum + of, 0)
  t.equal(told, run.engine.trueFindings + run.engine.falseFindings.length)
})
