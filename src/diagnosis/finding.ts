import type { Finding } from '../model/finding.ts'
import { confidenceOf } from './confidence.ts'
import type { Departed } from './departed.ts'
import { contrastIn, evidenceIn, type Facts } from './facts.ts'
import { type Incident, isFlapping } from './incident.ts'
import { isoOf } from './moment.ts'
import { nextSteps } from './next-step.ts'
import { sentenceOf } from './sentence.ts'

export interface Telling {
  readonly roundSeconds: number
  readonly departed: Departed
}

/** An incident as it is told. */
export function findingOf(incident: Incident, facts: Facts, { roundSeconds, departed }: Telling): Finding {
  const { id, state, accusation } = incident
  const { fault, entity, severity, alternatives } = accusation
  return {
    ...{ id, fault, state, entity, severity },
    confidence: confidenceOf(incident),
    since: isoOf((incident.since + 1) * roundSeconds),
    firstEvidence: isoOf(incident.firstEvidence * roundSeconds),
    flapping: isFlapping(incident),
    text: `${sentenceOf(facts)}${departed.wordsOf(fault, incident.firstEvidence)}`,
    evidence: evidenceIn(facts),
    contrast: contrastIn(facts),
    alternatives,
    nextStep: nextSteps[fault],
    runbook: `docs/runbooks/${fault}.md`,
  }
}
