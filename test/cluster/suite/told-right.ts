import type { Test } from 'tap'

/** Each complaint fails in its own words: of a run elsewhere one may see no more than the names of what failed. */
export function toldRight(t: Test, complaints: readonly string[], told: string): void {
  for (const complaint of complaints) t.fail(complaint)
  t.equal(complaints.length, 0, `as it should be told: ${told}`)
}
