import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { posix } from 'node:path'

/** A source file as the architecture sees it. */
export interface Source {
  /** Below `src`: `model/round.ts`. */
  readonly path: string
  /** `model`; `main` for a file in `src` itself. */
  readonly room: string
  readonly text: string
  /** Without comments and with all texts emptied, so that words in them do not count as code. */
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
  const code = text.replaceAll(commentOrText, (found) => (found.startsWith('/') ? '' : "''"))
  return { path, room: roomOf(path), text, code, imports }
}

export function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'main'
}

const commentOrText = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g
const importing = /^(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm

function importedBy(text: string): readonly string[] {
  return [...text.matchAll(importing)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

function resolved(path: string, from: string): string {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : from
}
