import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { schemaProblems } from '../../charts/schema-problems.ts'
import { readValues } from '../../charts/values.ts'
import { chart } from './helm.ts'

const values = readValues(`
# Not a value.

# -- What a is
a: 1
section:
  # -- What b is,
  # in two lines
  b: {c: [d]}
  bare: x
`)

t.test('a value is what has a comment; without one a map is a section', async (t) => {
  t.strictSame(values, [
    { path: 'a', fallback: 1, doc: 'What a is' },
    { path: 'section.b', fallback: { c: ['d'] }, doc: 'What b is, in two lines' },
    { path: 'section.bare', fallback: 'x', doc: '' },
  ])
})

t.test('schema and values must name the same keys, and the schema no others', async (t) => {
  const strict = { additionalProperties: false }
  const definitions = { section: { ...strict, properties: { b: {}, bare: {} } } }
  const same = { ...strict, definitions, properties: { a: {}, section: { $ref: '#/definitions/section' } } }
  t.strictSame(schemaProblems(same, values), [])

  const less = { ...same, properties: { section: same.properties.section } }
  t.strictSame(schemaProblems(less, values), ['a: expected in the schema, got none'])
  const more = { ...same, properties: { ...same.properties, z: {} } }
  t.strictSame(schemaProblems(more, values), ['z: expected in the values, got none'])
  const lax = { ...same, definitions: { section: { properties: { b: {}, bare: {} } } } }
  t.strictSame(schemaProblems(lax, values), ['section: expected additionalProperties false, got others'])
})

t.test("the chart's own values have a comment each, and are those of schema and README", async (t) => {
  const own = readValues(read('values.yaml'))
  const readme = read('README.md')
  t.strictSame(
    own.filter(({ doc }) => doc === ''),
    [],
  )
  t.strictSame(schemaProblems(JSON.parse(read('values.schema.json')), own), [])
  t.strictSame(
    own.filter(({ path }) => !readme.includes(`| \`${path}\` |`)),
    [],
  )
})

function read(name: string): string {
  return readFileSync(join(chart, name), 'utf8')
}
