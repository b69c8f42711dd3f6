import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml'

import type { Problem } from './config-error.ts'
import { refusal, show } from './fields.ts'
import { noSuchSetting } from './nearest.ts'
import type { Origin } from './origin.ts'
import type { Given, Source } from './read-settings.ts'
import { isField, type Settings } from './settings.ts'

/** Longer files are not settings. */
export const fileLimit = 1024 * 1024

export interface SettingsFile {
  readonly name: string
  readonly text: string
}

/** What a file of YAML says, of which JSON is a part. */
export function fromFile(tree: Settings, file: SettingsFile): Source {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number | undefined): Origin => {
    return { from: 'file', file: file.name, ...(offset !== undefined && { line: lines.linePos(offset).line }) }
  }
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    path: file.name,
    problem: sayMistake(error, file.text),
    origin: at(error.pos[0]),
  }))
  if (broken.length > 0) return { given: [], problems: broken }
  const given: Given[] = []
  const problems: Problem[] = []

  function walk(node: unknown, table: Settings, keys: readonly string[]): void {
    // A section whose settings are all commented out.
    if (node === null) return
    const originOf = (path: readonly string[]) => at(offsetOf(document, path))
    if (typeof node !== 'object' || Array.isArray(node)) {
      const path = keys.length === 0 ? file.name : keys.join('.')
      problems.push({ path, problem: refusal('a section', node).message, origin: originOf(keys) })
      return
    }
    for (const [name, raw] of Object.entries(node)) {
      const below = [...keys, name]
      const place = { path: below.join('.'), origin: originOf(below) }
      const child = Object.hasOwn(table, name) ? table[name] : undefined
      if (child === undefined) problems.push({ ...place, problem: noSuchSetting(name, Object.keys(table)) })
      else if (isField(child)) given.push({ ...place, raw })
      else walk(raw, child, below)
    }
  }

  try {
    walk(document.toJS({ maxAliasCount: 100 }), tree, [])
  } catch (error) {
    // Aliases of aliases, which grow without bounds.
    if (!(error instanceof ReferenceError)) throw error
    problems.push({ path: file.name, problem: error.message })
  }
  return { given, problems }
}

/** Where a setting is named; where the alias stands that leads to it. */
function offsetOf(document: Document, keys: readonly string[]): number | undefined {
  const parent: unknown = keys.length < 2 ? document.contents : document.getIn(keys.slice(0, -1), true)
  if (!isMap(parent)) return isNode(parent) ? parent.range?.[0] : undefined
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === keys.at(-1))
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined
}

function sayMistake({ code, message, pos }: YAMLError, text: string): string {
  if (code !== 'DUPLICATE_KEY') return message
  const [key = ''] = /^[^\s:]+/.exec(text.slice(pos[0])) ?? []
  return `expected every setting once, got ${show(key.replace(/^["']|["']$/g, ''))} twice`
}
