import type { Matrix } from '../model/matrix.ts'
import { type Words, wordsOf } from './table-words.ts'

/** What fails now and then would come and go: it has ceased when it was absent this often. */
const absences = 2

/** Tells what has begun and what has ceased to fail since it was last asked: a line each, for a log. */
export function createChangeTeller(): (matrices: readonly Matrix[]) => readonly string[] {
  const known = new Map<string, { readonly words: Words; absent: number }>()
  return (matrices) => {
    const now = new Map(matrices.flatMap(wordsOf).map((words) => [words.key, words]))
    const begun = [...now.values()].filter(({ key, shape }) => known.get(key)?.words.shape !== shape)
    for (const words of now.values()) known.set(words.key, { words, absent: 0 })
    for (const [key, entry] of known) if (!now.has(key)) entry.absent += 1
    const ceased = [...known.values()].filter(({ absent }) => absent >= absences)
    for (const { words } of ceased) known.delete(words.key)
    return [
      ...begun.map(({ check, text }) => `${check}: ${text}`),
      ...ceased.map(({ words: { check, text } }) => `${check}: no longer: ${text}`),
    ]
  }
}
