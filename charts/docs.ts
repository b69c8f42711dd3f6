/** Makes the table of values in the chart's README from `values.yaml`: `node charts/docs.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { schemaProblems, type ValuesSchema } from './schema-problems.ts'
import { readValues, type Value } from './values.ts'

const folder = join(import.meta.dirname, 'meshprobe')
const [begin, end] = ['<!-- values: made by `node charts/docs.ts` -->', '<!-- end of values -->']

const values = readValues(read('values.yaml'))
const schema: ValuesSchema = JSON.parse(read('values.schema.json'))
const problems = [
  ...values.filter(({ doc }) => doc === '').map(({ path }) => `${path}: expected a comment "# -- …", got none`),
  ...schemaProblems(schema, values),
]
if (problems.length > 0) throw new Error(`values.yaml and values.schema.json disagree\n${problems.join('\n')}`)

const readme = read('README.md')
const [before, rest] = halves(readme, begin)
const [, after] = halves(rest, end)
writeFileSync(join(folder, 'README.md'), `${before}${begin}\n\n${table(values)}\n\n${end}${after}`)

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

function halves(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`Expected "${mark}" in README.md, got none`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

function table(rows: readonly Value[]): string {
  const lines = rows.map(
    ({ path, fallback, doc }) => `| \`${path}\` | \`${JSON.stringify(fallback)}\` | ${cell(doc)} |`,
  )
  return ['| value | default | meaning |', '|---|---|---|', ...lines].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
