import type { Matrix } from '../model/matrix.ts'
import { type Words, wordsOf } from './table-words.ts'

/** Tells what has begun and what has ceased to fail since it was last asked: a line each, for a log. */
export function createChangeTeller(): (matrices: readonly Matrix[]) => readonly string[] {
  let before = new Map<string, Words>()
  return (matrices) => {
    const now = new Map(matrices.flatMap(wordsOf).map((words) => [words.key, words]))
    const begun = [...now.values()].filter(({ key }) => !before.has(key))
    const ceased = [...before.values()].filter(({ key }) => !now.has(key))
    before = now
    return [
      ...begun.map(({ check, text }) => `${check}: ${text}`),
      ...ceased.map(({ check, text }) => `${check}: no longer: ${text}`),
    ]
  }
}
