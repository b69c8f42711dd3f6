import { checks, variants } from '../model/check.ts'
import { phases, reasons } from '../model/failure.ts'

/** `docs/checks.md`: the closed lists of what is probed and how it can fail. */
export function checksPage(): string {
  const rows = Object.entries(checks).map(
    ([check, { subject, doc }]) => `| \`${check}\` | ${subject === 'peer' ? 'node' : 'shared target'} | ${doc} |`,
  )
  return [
    '# Checks',
    '',
    'Made from `src/model/check.ts` and `src/model/failure.ts`; do not edit. The names are metric labels, matrices and',
    'sections of the settings (`checks.<name>`).',
    '',
    '| check | a cell is about a | one probe |',
    '|---|---|---|',
    ...rows,
    '',
    'A cell can be a part of a check, its variant:',
    '',
    ...listed(variants),
    '',
    '## Why a probe fails',
    '',
    ...listed(reasons),
    '',
    '## In which phase',
    '',
    ...listed(phases),
    '',
  ].join('\n')
}

function listed(words: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(words).map(([word, doc]) => `- \`${word}\`: ${doc}`)
}
