import { readFileSync } from 'node:fs'
import t from 'tap'
import { mutants } from './mutants.ts'

t.test('every mutant still finds the one place that it breaks', async (t) => {
  for (const { file, text, instead, rule } of mutants) {
    const source = readFileSync(new URL(`../../src/diagnosis/${file}`, import.meta.url), 'utf8')
    t.equal(source.split(text).length - 1, 1, `${file}: ${rule}`)
    t.not(text, instead, rule)
  }
})

t.test('no rule is broken twice', async (t) => {
  const rules = mutants.map(({ file, rule }) => `${file}: ${rule}`)
  t.equal(new Set(rules).size, rules.length)
})
