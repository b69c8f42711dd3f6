import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Results } from './results.ts'
import { accuracyTable, comparisonTable, costTable, measuredRows } from './row-tables.ts'
import { confidenceTable, flawsTable, soakTable } from './trust-tables.ts'

const page = join(import.meta.dirname, 'README.md')

/** Writes every table between its marks. */
export function writePage(results: Results): void {
  const measured = measuredRows(results)
  const tables = {
    accuracy: accuracyTable(measured),
    cost: costTable(measured),
    comparison: comparisonTable(measured),
    confidence: confidenceTable(measured),
    soak: soakTable(results),
    flaws: flawsTable(measured),
  }
  const text = Object.entries(tables).reduce((whole, [name, table]) => filled(whole, name, table), readText())
  writeFileSync(page, text)
}

/** The text with something else between the marks of that name. */
export function filled(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new RangeError(`No place for ${name}: expected ${begin} … ${end}`)
  return `${text.slice(0, from + begin.length)}\n${content}${text.slice(to)}`
}

function readText(): string {
  return readFileSync(page, 'utf8')
}
