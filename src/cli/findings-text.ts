import type { Finding } from '../model/finding.ts'
import type { Paint } from '../report/check-text.ts'

export interface Diagnosed {
  readonly rounds: number
  readonly findings: readonly Finding[]
}

/** For people: one paragraph a finding, and a sentence about the whole. */
export function findingsText({ rounds, findings }: Diagnosed, paint: Paint): string {
  return `${findingParagraphs(findings, paint)}${closing(rounds, findings)}\n`
}

/** Each with an empty line behind it; nothing when there are none. */
export function findingParagraphs(findings: readonly Finding[], paint: Paint): string {
  return findings.map((finding) => `${paragraph(finding, paint)}\n`).join('')
}

function paragraph(finding: Finding, paint: Paint): string {
  const { state, fault, entity, confidence, since, flapping, text, alternatives, nextStep } = finding
  const head = `${state.padEnd(10)}  ${fault}  ${nameOf(entity)}`
  const also = alternatives.map((other) => `${other.fault} ${nameOf(other.entity)}`).join(', ')
  const rows = [
    text,
    `since ${since}, confidence ${confidence}${flapping ? ', flapping' : ''}`,
    ...(also === '' ? [] : [`it could also be: ${also}`]),
    `next: ${nextStep}`,
  ]
  return [paint(state === 'open' ? 'bad' : 'quiet', head), ...rows.map((row) => `    ${row}`), ''].join('\n')
}

function nameOf({ name, endpoint }: Finding['entity']): string {
  return endpoint === undefined ? name : `${name} (${endpoint})`
}

function closing(rounds: number, findings: readonly Finding[]): string {
  if (rounds === 0) return 'the recording holds no round'
  const seen = `in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`
  const open = findings.filter(({ state }) => state === 'open').length
  if (findings.length === 0) return `nothing found ${seen}`
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} ${seen}, ${open} open at the end`
}
