import type { Confidence, Finding } from '../../src/model/finding.ts'
import type { RunScore } from '../../src/simulate/score.ts'
import type { SimulatedRound } from '../../src/simulate/simulate.ts'
import { addedParts, type Part } from './counts.ts'

/** Of the findings told with each word, how many were true: when first told, and with the surest word they ever had. */
export interface Words {
  readonly first: ByWord
  readonly best: ByWord
}

export type ByWord = Readonly<Record<Confidence, Part>>

/** Listens to what one run is told. */
export interface WordCounter {
  observe(round: SimulatedRound, findings: readonly Finding[]): void
  result(score: RunScore): Words
}

/** Surest first. */
export const confidenceWords: readonly Confidence[] = ['high', 'medium', 'low']

interface Told {
  readonly finding: Finding
  readonly first: Confidence
  best: Confidence
}

export function createWordCounter(): WordCounter {
  const told = new Map<string, Told>()
  const broken = new Set<string>()

  /** That somebody starves who does is not scored, unless it is what was broken. */
  function isScored({ finding }: Told, wrong: ReadonlySet<string>): boolean {
    return finding.fault !== 'agent_slow' || wrong.has(finding.id) || broken.has(finding.entity.name)
  }

  return {
    observe({ truths }, findings) {
      for (const { entity } of truths) broken.add(entity)
      for (const finding of findings) {
        if (finding.state !== 'open') continue
        const { id, confidence } = finding
        const known = told.get(id)
        if (known === undefined) told.set(id, { finding, first: confidence, best: confidence })
        else if (rank(confidence) < rank(known.best)) known.best = confidence
      }
    },

    result({ falseFindings }) {
      const wrong = new Set(falseFindings.map(({ id }) => id))
      const scored = [...told.values()].filter((one) => isScored(one, wrong))
      const isTrue = ({ finding }: Told) => !wrong.has(finding.id)
      const partsOf = (list: readonly Told[]): Part => [list.filter(isTrue).length, list.length]
      return {
        first: byWord((word) => partsOf(scored.filter(({ first }) => first === word))),
        best: byWord((word) => partsOf(scored.filter(({ best }) => best === word))),
      }
    },
  }
}

export function sumOfWords(all: readonly Words[]): Words {
  return {
    first: byWord((word) => addedParts(all.map(({ first }) => first[word]))),
    best: byWord((word) => addedParts(all.map(({ best }) => best[word]))),
  }
}

function byWord(part: (word: Confidence) => Part): ByWord {
  return { high: part('high'), medium: part('medium'), low: part('low') }
}

function rank(word: Confidence): number {
  return confidenceWords.indexOf(word)
}
