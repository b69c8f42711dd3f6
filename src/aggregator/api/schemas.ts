import { matrixLevels } from '../../model/api.ts'
import { checkNames, citedParts, otherEvidence, variants } from '../../model/check.ts'
import { reasons } from '../../model/failure.ts'
import { findingSchemas } from './finding-schemas.ts'
import { count, list, object, ref, text, time } from './schema-words.ts'

const cell = {
  source: text('who asks'),
  target: text('who is asked'),
  attempts: count('successes and failures'),
  failures: count(),
  reasons: {
    type: 'object',
    description: 'failures by reason',
    propertyNames: ref('Reason'),
    additionalProperties: { type: 'integer', minimum: 0 },
  },
  'p50Ms?': { type: 'number', minimum: 0, description: 'milliseconds; of pairs that are asked round after round' },
  'p99Ms?': { type: 'number', minimum: 0 },
  ageSeconds: count('since the end of the last round that said anything, counted to the time asked for'),
}

const next = text('to be given as `after`; absent on the last page')

/** Every answer, as `src/model/api.ts` has it. */
export const schemas = {
  Check: { enum: checkNames, description: 'docs/checks.md' },
  Variant: { enum: Object.keys(variants) },
  CitedPart: { enum: Object.keys(citedParts), description: 'a variant, or what the receiver counted' },
  Reason: { enum: Object.keys(reasons) },
  Proof: { enum: [...checkNames, ...Object.keys(otherEvidence)], description: 'a check, or other evidence' },
  ...findingSchemas,
  Standing: object('Who answers, and how much of the cluster it hears.', {
    cluster: text(),
    replica: text('the aggregator that answers'),
    'leader?': text('the one that writes to Kubernetes; absent when there is none, or it is not known'),
    version: text(),
    'round?': count('the last that was judged; absent before the first'),
    'judgedAt?': time(),
    roundSeconds: { type: 'number', exclusiveMinimum: 0 },
    nodes: count(),
    agents: count(),
    heard: count('agents whose last round arrived'),
    troubles: list(text(), 'what hinders it, in sentences'),
  }),
  FindingsAnswer: object('What is wrong now.', {
    standing: ref('Standing'),
    findings: list(ref('Finding')),
    'next?': next,
  }),
  MatrixAnswer: object('Who reaches whom. A pair without a cell is unknown, which is not green.', {
    level: { enum: matrixLevels },
    'at?': time('end of the newest round in it; absent when nothing is known of that time'),
    window: count('rounds that were folded; 0 for a snapshot of history'),
    matrices: list(ref('MatrixTable')),
    'next?': next,
  }),
  MatrixTable: object('Of one check.', {
    check: ref('Check'),
    'variant?': ref('Variant'),
    rows: list(text(), 'those who ask'),
    columns: list(text(), 'those who are asked'),
    cells: list(ref('MatrixCell')),
  }),
  MatrixCell: object('What is known of one path.', cell),
  NodesAnswer: object('Every node.', { standing: ref('Standing'), nodes: list(ref('Node')), 'next?': next }),
  Node: object('What is known of one node.', {
    node: text(),
    zone: text('empty when it has none'),
    cordoned: { type: 'boolean' },
    agent: {
      enum: ['heard', 'silent', 'none'],
      description: 'whether its agent was heard in the last judged round; none when no agent runs there',
    },
    to: ref('Count'),
    from: ref('Count'),
    findings: list(text(), 'ids of the findings that name it'),
  }),
  Count: object('Over the last rounds: probes of others to it, or its own to everything.', {
    attempts: count(),
    failures: count(),
  }),
  PairAnswer: object('Everything between two, both ways.', {
    standing: ref('Standing'),
    source: text(),
    target: text(),
    paths: list(ref('PairPath')),
    findings: list(ref('Finding'), 'those that name either end'),
  }),
  PairPath: object('One check of one direction.', { check: ref('Check'), 'variant?': ref('Variant'), ...cell }),
  HistoryAnswer: object('Findings that were open at some time between, newest first.', {
    'keptFrom?': time('where the history begins: of what was before nothing is known; absent while nothing is kept'),
    findings: list(ref('PastFinding')),
    'next?': text('to be given as `before`; absent on the last page'),
  }),
  PastFinding: object('As it was last told.', { openedAt: time(), 'closedAt?': time(), finding: ref('Finding') }),
  ToldAnswer: object('All that was said of one finding, oldest first.', {
    id: text(),
    told: list(object('', { at: time(), finding: ref('Finding') })),
  }),
  ErrorAnswer: object('Answered with every status of 400 and above.', {
    error: text('what was expected, what was got, and what to do'),
  }),
} as const
