// Not by name: a Node without `diff` would stop at this import instead of being told that it is too old.
import * as util from 'node:util'

const listedAtMost = 32
const longestName = 100

/** What to say about a name that nobody knows: the one that was meant, or all there are. */
export function hintFor(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== undefined) return `did you mean ${meant}?`
  return known.length > listedAtMost ? `\`meshprobe config\` shows all` : `known: ${known.join(', ')}`
}

/** The known name that differs least; undefined when none is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, longestName).toLowerCase()
  let best: { readonly candidate: string; readonly edits: number } | undefined
  for (const candidate of known) {
    const edits = editsBetween(wanted, candidate.toLowerCase())
    if (edits < (best?.edits ?? Math.max(3, wanted.length / 2))) best = { candidate, edits }
  }
  return best?.candidate
}

export function noSuchSetting(name: string, known: readonly string[]): string {
  return `no such setting; ${hintFor(name, known)}`
}

/** Letters to take away and to put in. */
function editsBetween(a: string, b: string): number {
  return util.diff([...a], [...b]).filter(([operation]) => operation !== 0).length
}
