import t from 'tap'

import { checkNames, checks, otherEvidence, variants } from '../../src/model/check.ts'
import { phases, reasons } from '../../src/model/failure.ts'
import { faults } from '../../src/model/fault.ts'

const lists: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  checks: docsOf(checks),
  faults: docsOf(faults),
  otherEvidence,
  variants,
  reasons,
  phases,
}

for (const [name, docs] of Object.entries(lists)) {
  t.test(`${name} are words for a label, each with a doc of its own`, async (t) => {
    const words = Object.keys(docs)
    t.strictSame(
      words.filter((word) => !/^[a-z]+(_[a-z]+)*$/.test(word)),
      [],
    )
    t.equal(new Set(Object.values(docs)).size, words.length, 'no doc twice')
    t.strictSame(
      Object.entries(docs).filter(([, doc]) => doc.length < 10 || doc.length > 90 || /[.\n]$/.test(doc)),
      [],
      'one short line each',
    )
  })
}

t.test('no evidence has the name of a check', async (t) => {
  t.strictSame(
    Object.keys(otherEvidence).filter((word) => word in checks),
    [],
  )
  t.strictSame(checkNames, Object.keys(checks))
})

t.test('a fault is about something', async (t) => {
  for (const [fault, { entities }] of Object.entries(faults)) {
    t.ok(entities.length > 0 && new Set(entities).size === entities.length, fault)
  }
})

function docsOf(list: Readonly<Record<string, { readonly doc: string }>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(list).map(([word, { doc }]) => [word, doc]))
}
