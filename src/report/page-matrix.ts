import { createHash } from 'node:crypto'

import { checks } from '../model/check.ts'
import type { Cell, Matrix } from '../model/matrix.ts'
import { type Words, wordsOf } from './table-words.ts'

/** A matrix as `/page/matrix` gives it: objects by name instead of maps. */
export interface MatrixJson extends Omit<Matrix, 'cells'> {
  readonly subject: 'peer' | 'shared'
  readonly doc: string
  readonly cells: Readonly<Record<string, Readonly<Record<string, Cell>>>>
  /** What fails, in words. */
  readonly words: readonly string[]
}

export interface Answer {
  readonly etag: string
  readonly body: string
}

/** The answer to `/page/matrix`, of one check or of all. */
export function matrixAnswer(matrices: readonly Matrix[], wanted: URLSearchParams): Answer {
  const check = wanted.get('check')
  const variant = wanted.get('variant')
  const asked = matrices
    .filter((matrix) => check === null || matrix.check === check)
    .filter((matrix) => variant === null || matrix.variant === variant)
  const body = JSON.stringify({ matrices: asked.map(matrixJson), words: together(asked.flatMap(wordsOf)) })
  return { etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`, body }
}

/** What several checks say alike is said once. */
function together(words: readonly Words[]): readonly string[] {
  const texts = Map.groupBy(words, ({ text }) => text)
  return [...texts].map(([text, alike]) => `${text}: ${alike.map(({ check }) => check).join(', ')}`)
}

function matrixJson(matrix: Matrix): MatrixJson {
  const { subject, doc } = checks[matrix.check]
  const cells = Object.fromEntries([...matrix.cells].map(([row, line]) => [row, Object.fromEntries(line)]))
  return { ...matrix, subject, doc, cells, words: wordsOf(matrix).map(({ text }) => text) }
}
