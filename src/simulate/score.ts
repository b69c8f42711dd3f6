import type { Finding } from '../model/finding.ts'
import { roundSeconds } from './agenda.ts'
import { isAbout, isExactEntity, isExactFault, nameOf } from './matching.ts'
import type { ActiveTruth, SimulatedRound } from './simulate.ts'
import { type Estimate, perMillion, quantile, share } from './statistics.ts'

/** What became of one fault. */
export interface FaultScore {
  readonly scenario: string
  readonly seed: number
  readonly fault: string
  readonly entity: string
  readonly gray: boolean
  readonly detected: boolean
  /** The last that was said of it while it lasted. */
  readonly saidFault?: string
  readonly saidEntity?: string
  readonly exactFault: boolean
  readonly exactEntity: boolean
  /** Rounds from its first faulty one until it was named; 1 is in the same round. */
  readonly rounds?: number
  readonly seconds?: number
}

export interface FalseFinding {
  readonly scenario: string
  readonly seed: number
  readonly id: string
  readonly fault: string
  readonly entity: string
  readonly confidence: string
  /** Of the run. */
  readonly round: number
}

export interface RunScore {
  readonly scenario: string
  readonly faults: readonly FaultScore[]
  readonly falseFindings: readonly FalseFinding[]
  /** Findings that were right: one for every fault found, and those that repeat it in other words. */
  readonly trueFindings: number
  readonly nodeRounds: number
}

/** Keeps the score of one run: hand it every round with the findings that came of it. */
export interface Scorer {
  observe(round: SimulatedRound, findings: readonly Finding[]): void
  result(): RunScore
}

interface Open {
  readonly truth: ActiveTruth
  /** The round of the run in which it was named. */
  first: number | undefined
  last: Finding | undefined
}

interface Heard {
  readonly finding: Finding
  readonly index: number
  isTrue: boolean
}

/** A finding looks at so many rounds: who starved in one of them did. */
const looksBack = 3

export function createScorer(scenario: string, seed: number): Scorer {
  const causes = new Map<number, Open>()
  const heard = new Map<string, Heard>()
  const lastStarved = new Map<string, number>()
  const neutral = new Set<string>()
  let nodeRounds = 0

  /** That somebody starves who does is no mistake, and no merit; nor that it is remembered for a while. */
  function isNeutral({ fault, entity }: Finding, index: number): boolean {
    return fault === 'agent_slow' && index - (lastStarved.get(entity.name) ?? Number.NEGATIVE_INFINITY) < looksBack
  }

  return {
    observe(round, findings) {
      nodeRounds += round.nodes
      for (const truth of round.truths) {
        if (!causes.has(truth.cause)) causes.set(truth.cause, { truth, first: undefined, last: undefined })
      }
      for (const node of round.starved) lastStarved.set(node, round.index)
      for (const finding of findings) {
        const matching = [...causes.values()].filter(({ truth }) => isAbout(finding, truth))
        if (isNeutral(finding, round.index)) neutral.add(finding.id)
        if (matching.length === 0 && finding.fault === 'agent_slow' && neutral.has(finding.id)) continue
        const known = heard.get(finding.id) ?? { finding, index: round.index, isTrue: false }
        heard.set(finding.id, {
          ...known,
          finding,
          isTrue: known.isTrue || matching.length > 0,
        })
        if (finding.state !== 'open') continue
        for (const cause of matching) {
          const isOn = round.truths.some(({ cause: number, isOn }) => number === cause.truth.cause && isOn)
          cause.first ??= round.index
          if (isOn || cause.last === undefined) cause.last = better(cause.last, finding, cause.truth)
        }
      }
    },

    result() {
      const required = [...causes.values()].filter(({ truth }) => truth.required)
      const all = [...heard.values()]
      const wrong = all.filter(({ isTrue }) => !isTrue)
      return {
        scenario,
        faults: required.map((open) => ({ scenario, seed, ...faultScore(open) })),
        falseFindings: wrong.map(({ finding, index }) => ({ scenario, seed, ...falseFinding(finding, index) })),
        trueFindings: all.length - wrong.length,
        nodeRounds,
      }
    },
  }
}

export interface Summary {
  readonly precision: Estimate | undefined
  readonly recall: Estimate | undefined
  readonly recallHard: Estimate | undefined
  readonly recallGray: Estimate | undefined
  /** Of the faults that were found. */
  readonly exactFault: Estimate | undefined
  readonly exactEntity: Estimate | undefined
  readonly secondsToName: { readonly median: number; readonly p90: number; readonly max: number } | undefined
  readonly falsePerMillionNodeRounds: Estimate | undefined
  readonly faults: number
  readonly falseFindings: number
  readonly nodeRounds: number
}

export function summaryOf(runs: readonly RunScore[]): Summary {
  const faults = runs.flatMap((run) => run.faults)
  const found = faults.filter(({ detected }) => detected)
  const wrong = sum(runs.map((run) => run.falseFindings.length))
  const nodeRounds = sum(runs.map((run) => run.nodeRounds))
  const right = sum(runs.map((run) => run.trueFindings))
  const part = (list: readonly FaultScore[]) => share(list.filter(({ detected }) => detected).length, list.length)
  const seconds = found.flatMap((fault) => fault.seconds ?? [])
  const [median, p90, max] = [quantile(seconds, 0.5), quantile(seconds, 0.9), quantile(seconds, 1)]
  return {
    precision: share(right, right + wrong),
    recall: part(faults),
    recallHard: part(faults.filter(({ gray }) => !gray)),
    recallGray: part(faults.filter(({ gray }) => gray)),
    exactFault: share(found.filter(({ exactFault }) => exactFault).length, found.length),
    exactEntity: share(found.filter(({ exactEntity }) => exactEntity).length, found.length),
    secondsToName: median === undefined || p90 === undefined || max === undefined ? undefined : { median, p90, max },
    falsePerMillionNodeRounds: perMillion(wrong, nodeRounds),
    ...{ faults: faults.length, falseFindings: wrong, nodeRounds },
  }
}

/** What was said last counts, but an exact word is not taken back by one about the same from afar. */
function better(before: Finding | undefined, now: Finding, truth: ActiveTruth): Finding {
  if (before === undefined || before.id === now.id) return now
  return isExactFault(before, truth) ? before : now
}

function faultScore({ truth, first, last }: Open) {
  const { fault, entity, gray, since } = truth
  const about = { fault, entity, gray, detected: first !== undefined }
  if (first === undefined || last === undefined) return { ...about, exactFault: false, exactEntity: false }
  const rounds = first - Math.floor(since) + 1
  return {
    ...about,
    ...{ saidFault: last.fault, saidEntity: nameOf(last.entity) },
    exactFault: isExactFault(last, truth),
    exactEntity: isExactEntity(last, truth),
    rounds,
    // A round is judged when it is over.
    seconds: Math.round((first + 1 - since) * roundSeconds),
  }
}

function falseFinding({ id, fault, entity, confidence }: Finding, index: number) {
  return { id, fault, entity: nameOf(entity), confidence, round: index }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
