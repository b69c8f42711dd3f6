import { faults } from '../../model/fault.ts'
import { count, list, object, ref, text, time } from './schema-words.ts'

const kinds = [...new Set(Object.values(faults).flatMap(({ entities }) => entities))]

/** What a finding is made of, as `src/model/finding.ts` has it. */
export const findingSchemas = {
  Fault: { enum: Object.keys(faults), description: 'docs/diagnosis.md, and one page in docs/runbooks each' },
  Finding: object('Which component is at fault, since when, and why that is believed.', {
    id: text('the same for as long as the finding lives, however it is refined'),
    fault: ref('Fault'),
    state: { enum: ['open', 'recovering', 'closed'] },
    entity: ref('Entity'),
    severity: { type: 'number', minimum: 0, maximum: 1, description: '1 is all; else the share that is lost' },
    confidence: { enum: ['high', 'medium', 'low'] },
    since: time('when it was first accepted'),
    firstEvidence: time('when the first probe failed for it'),
    flapping: { type: 'boolean' },
    text: text("one line in the cluster's own names: who, what fails, what still works"),
    evidence: list(ref('Evidence'), 'what fails'),
    contrast: list(ref('Contrast'), 'what still works'),
    alternatives: list(ref('Alternative'), 'what else it could be'),
    nextStep: text(),
    runbook: text('the page that says more'),
  }),
  Entity: object('What is at fault, by the name that the cluster has for it.', {
    kind: { enum: kinds },
    name: text('of two ends `a>b` for one direction, `a|b` for both'),
    'endpoint?': text('which one of an API server'),
  }),
  Evidence: object('What fails, and on which side of the probes.', {
    check: ref('Proof'),
    'variant?': ref('CitedPart'),
    role: { enum: ['to', 'from', 'through', 'at'] },
    ok: count(),
    failed: count(),
  }),
  Contrast: object('What still works, and so rules the neighbours of this fault out.', {
    check: ref('Proof'),
    'variant?': ref('CitedPart'),
    ok: count(),
    total: count(),
  }),
  Alternative: object('What else it could be.', {
    fault: ref('Fault'),
    entity: ref('Entity'),
    deltaNats: { type: 'number', description: 'how much less likely, in natural-log units' },
  }),
} as const
