import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Piece } from './piece.ts'

/** All that was measured: by group, then by key. */
export type Results = Readonly<Record<string, Pieces>>

export type Pieces = Readonly<Record<string, Piece>>

const file = join(import.meta.dirname, '../results/diagnosis.json')

export function readResults(): Results {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

/** Puts one more piece to those that are there; read anew each time, for another may have written meanwhile. */
export function keepPiece(group: string, key: string, piece: Piece): void {
  const half = `${file}.${process.pid}`
  writeFileSync(half, textOf(merged(readResults(), { group, key, piece })))
  renameSync(half, file)
}

export interface Measured {
  readonly group: string
  readonly key: string
  readonly piece: Piece
}

/** Of one group only what was measured with the same sources stays together: a sum of different ones says nothing. */
export function merged(results: Results, { group, key, piece }: Measured): Results {
  const alike = Object.entries(results[group] ?? {}).filter(([, { code }]) => code === piece.code)
  return { ...results, [group]: Object.fromEntries([...alike, [key, piece]]) }
}

/** A line for every piece: what a new one changes is then easy to see. */
export function textOf(results: Results): string {
  const groups = Object.entries(results).map(([group, pieces]) => {
    const lines = Object.entries(pieces).map(([key, piece]) => `    ${JSON.stringify(key)}: ${JSON.stringify(piece)}`)
    return `  ${JSON.stringify(group)}: {\n${lines.join(',\n')}\n  }`
  })
  return `{\n${groups.join(',\n')}\n}\n`
}
