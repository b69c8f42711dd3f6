import { createHash } from 'node:crypto'

import { checks } from '../model/check.ts'
import type { Cell, Matrix } from '../model/matrix.ts'
import { wordsOf } from './table-words.ts'

/** A matrix as `/api/v1/matrix` gives it: objects by name instead of maps. */
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

/** The answer to `/api/v1/matrix`, of one check or of all. */
export function matrixAnswer(matrices: readonly Matrix[], wanted: URLSearchParams): Answer {
  const check = wanted.get('check')
  const variant = wanted.get('variant')
  const asked = matrices
    .filter((matrix) => check === null || matrix.check === check)
    .filter((matrix) => variant === null || matrix.variant === variant)
  const words = asked.flatMap((matrix) => wordsOf(matrix).map(({ check, text }) => `${check}: ${text}`))
  const body = JSON.stringify({ matrices: asked.map(matrixJson), words })
  return { etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`, body }
}

function matrixJson(matrix: Matrix): MatrixJson {
  const { subject, doc } = checks[matrix.check]
  const cells = Object.fromEntries([...matrix.cells].map(([row, line]) => [row, Object.fromEntries(line)]))
  return { ...matrix, subject, doc, cells, words: wordsOf(matrix).map(({ text }) => text) }
}
