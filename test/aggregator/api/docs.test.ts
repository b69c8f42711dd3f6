import { readFileSync } from 'node:fs'

import t from 'tap'

import { mistakes, paths } from './document.ts'

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
/** By the path that they are about. */
const sections = new Map(
  page.split('\n## ').flatMap((text) => {
    const [, path] = /^`GET (\S+)`/.exec(text) ?? []
    return path === undefined ? [] : [[path, text] as const]
  }),
)

t.test('docs/api.md names every path, and has a section for every question', async (t) => {
  for (const path of Object.keys(paths)) t.ok(page.includes(`\`${path}\``), path)
  const questions = Object.keys(paths).filter((path) => path.startsWith('/api/'))
  t.strictSame([...sections.keys()].toSorted(), questions.toSorted())
})

t.test('it has every parameter, with what is usual and what is the most', async (t) => {
  for (const [path, { get }] of Object.entries(paths)) {
    for (const { name, in: where, schema } of get.parameters ?? []) {
      if (where !== 'query') continue
      const row = sections.get(path)?.match(new RegExp(`^\\|[^|]*\`${name}\`.*$`, 'm'))?.[0] ?? ''
      t.ok(row, `${path} ${name}`)
      if (schema.maximum !== undefined) t.match(row, new RegExp(`1 to ${schema.maximum} \\| ${schema.default} \\|$`))
    }
  }
})

t.test('its examples are answers as the document has them', async (t) => {
  const examples = [...page.matchAll(/```json (\w+)\n(.*?)\n```/gs)]
  for (const [, name = '', text = ''] of examples) {
    t.equal(mistakes({ $ref: `#/components/schemas/${name}` }, JSON.parse(text)), '', name)
  }
  t.equal(new Set(examples.map(([, name]) => name)).size, 6)
  const [, event = ''] = /^event: round\ndata: (.*)$/m.exec(page) ?? []
  t.equal(mistakes({ $ref: '#/components/schemas/Standing' }, JSON.parse(event)), '')
})
