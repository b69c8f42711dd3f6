import type { Finding } from '../model/finding.ts'

/** What is at fault, in a word and the cluster's own name. */
function headOf({ fault, entity: { name, endpoint } }: Finding): string {
  return `${fault} ${name}${endpoint === undefined ? '' : ` (${endpoint})`}`
}

/** One line: what is at fault, how sure that is, and the evidence. */
export function lineOf(finding: Finding): string {
  const { state, confidence, text } = finding
  const word = state === 'open' ? `${confidence} confidence` : state
  return `${headOf(finding)} (${word}): ${text}`
}

/** Tells what was found, renamed, and over since it was last asked: a line each, for a log. */
export function createFindingTeller(): (findings: readonly Finding[]) => readonly string[] {
  const known = new Map<string, Finding>()
  return (all) => {
    // What was over before anybody could hear of it is no news.
    const findings = all.filter(({ id, state }) => state === 'open' || known.has(id))
    const now = new Map(findings.map((finding) => [finding.id, finding]))
    const lines = findings.flatMap((finding) => {
      const before = known.get(finding.id)
      if (before === undefined) return [`found ${lineOf(finding)}`]
      if (headOf(before) !== headOf(finding)) return [`found ${lineOf(finding)}, until now called ${headOf(before)}`]
      if (before.state !== finding.state) return [`${finding.state} ${headOf(finding)}`]
      return []
    })
    // What closed is told once more; what was absorbed by a wider finding is only gone.
    const gone = [...known.values()].filter(({ id, state }) => !now.has(id) && state !== 'closed')
    known.clear()
    for (const finding of findings) known.set(finding.id, finding)
    return [...lines, ...gone.map((finding) => `closed ${headOf(finding)}`)]
  }
}
