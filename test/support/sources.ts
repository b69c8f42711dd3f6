import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { posix } from 'node:path'

import { codeOf } from './code-of.ts'

/** A source file as the architecture sees it. */
export interface Source {
  /** Below `src`: `model/round.ts`. */
  readonly path: string
  /** `model`; `main` for a file in `src` itself. */
  readonly room: string
  readonly text: string
  /** As `codeOf` makes it, so that words in comments and texts do not count as code. */
  readonly code: string
  readonly imports: readonly Import[]
}

export interface Import {
  /** A package, `node:…`, or a path below `src`. */
  readonly from: string
  /** False when it is gone once the types are. */
  readonly runtime: boolean
}

/** Reads every file below a folder of sources. */
export function sourcesIn(folder: string): readonly Source[] {
  const paths = globSync('**/*.{ts,js}', { cwd: folder }).map((path) => path.replaceAll('\\', '/'))
  return paths.toSorted().map((path) => sourceOf(path, readFileSync(posix.join(folder, path), 'utf8')))
}

export function sourceOf(path: string, text: string): Source {
  const runtime = new Set(importedBy(path.endsWith('.ts') ? stripTypeScriptTypes(text) : text))
  const all = [...new Set(importedBy(text))]
  const imports = all.map((from) => ({ from: resolved(path, from), runtime: runtime.has(from) }))
  return { path, room: roomOf(path), text, code: codeOf(text), imports }
}

export function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'main'
}

const importing = new RegExp(
  [
    String.raw`^\s*(?:import|export)\b[^'";]*?\bfrom\s+['"]([^'"]+)['"]`,
    String.raw`^\s*import\s+['"]([^'"]+)['"]`,
    String.raw`\b(?:import|require)\(\s*['"]([^'"]+)['"]`,
    // How a worker is told which file to run.
    String.raw`\bnew URL\(\s*['"](\.[^'"]+\.[jt]s)['"]`,
  ].join('|'),
  'gm',
)

function importedBy(text: string): readonly string[] {
  return [...text.matchAll(importing)].flatMap((found) => found.slice(1).filter((from) => from !== undefined))
}

function resolved(path: string, from: string): string {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : from
}
