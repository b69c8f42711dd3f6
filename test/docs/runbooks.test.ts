import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import { faults } from '../../src/model/fault.ts'

const folder = join(import.meta.dirname, '../../docs/runbooks')

t.test('every fault that a finding can name has a runbook, and there are no others', async (t) => {
  t.same(
    readdirSync(folder).sort(),
    Object.keys(faults)
      .map((fault) => `${fault}.md`)
      .sort(),
  )
})

t.test('a runbook says what is seen, where to look first, what causes it and what it is not', async (t) => {
  for (const fault of Object.keys(faults)) {
    const text = readFileSync(join(folder, `${fault}.md`), 'utf8')
    t.ok(text.startsWith(`# ${fault}\n`), fault)
    for (const part of ['What is seen', 'Look first', 'Usual causes', 'What it is not']) t.match(text, `## ${part}\n`)
    for (const [, named = ''] of text.matchAll(/`([a-z]+_[a-z_]+)`/g)) t.ok(isKnown(named), `${fault}: ${named}`)
  }
})

function isKnown(name: string): boolean {
  return name in faults || /^(peer|host|dns|ingress|apiserver|rp)_/.test(name)
}
