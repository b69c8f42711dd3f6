import { sumOfWords } from '../../bench/diagnosis/confidence.ts'
import { countsOf } from '../../bench/diagnosis/counts.ts'
import type { Piece } from '../../bench/diagnosis/piece.ts'
import { noTime } from '../../bench/diagnosis/stopwatch.ts'
import type { FalseFinding, FaultScore, RunScore } from '../../src/simulate/score.ts'

/** A run of which nothing is to be told. */
export function runOf(overrides: Partial<RunScore>): RunScore {
  return { scenario: 'node_down', faults: [], falseFindings: [], trueFindings: 0, nodeRounds: 0, ...overrides }
}

export function faultFound(seconds: number, overrides: Partial<FaultScore> = {}): FaultScore {
  return { ...faultMissed(), detected: true, exactFault: true, exactEntity: true, seconds, ...overrides }
}

export function faultMissed(): FaultScore {
  const about = { scenario: 'node_down', seed: 1000, fault: 'node_down', entity: 'n1', gray: false }
  return { ...about, detected: false, exactFault: false, exactEntity: false }
}

export function falseFinding(id: string): FalseFinding {
  return { scenario: 'node_down', seed: 1000, id, fault: 'node_down', entity: 'n2', confidence: 'low', round: 3 }
}

export function pieceOf(overrides: Partial<Piece>): Piece {
  return {
    ...{ code: 'code', measured: '2026-01-01T00:00:00Z', minutes: 1, timing: noTime, heapMiB: 1, rssMiB: 100 },
    ...{ engine: countsOf([]), words: sumOfWords([]), others: {}, flaws: {}, falseFaults: {}, ...overrides },
  }
}
