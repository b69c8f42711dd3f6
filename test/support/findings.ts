import type { Fault } from '../../src/model/fault.ts'
import type { Entity, Finding } from '../../src/model/finding.ts'

/** An open finding that says no more than it must. */
export function findingOf(fault: Fault, entity: Entity, overrides: Partial<Finding> = {}): Finding {
  return {
    ...{ id: `${fault}-${entity.name}`, fault, entity, state: 'open', severity: 1, confidence: 'high' },
    ...{ since: '2026-01-01T00:00:20.000Z', firstEvidence: '2026-01-01T00:00:00.000Z', flapping: false },
    ...{ text: `${entity.name}: pods are cut off`, evidence: [], contrast: [], alternatives: [] },
    ...{ nextStep: 'look at it', runbook: `docs/runbooks/${fault}.md`, ...overrides },
  }
}
