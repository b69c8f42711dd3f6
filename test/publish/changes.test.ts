import t from 'tap'

import type { Fault } from '../../src/model/fault.ts'
import type { Finding } from '../../src/model/finding.ts'
import { createFindingBook } from '../../src/publish/changes.ts'
import { createLedger, type Telling, tellingOf } from '../../src/publish/ledger.ts'
import { reachIn, yieldsTo } from '../../src/publish/reach.ts'
import { shortened } from '../../src/publish/shortened.ts'
import { findingOf } from '../support/findings.ts'

const sinceMs = Date.parse('2026-01-01T00:00:20.000Z')
const cut = (overrides: Partial<Finding> = {}, fault: Fault = 'pod_network_cut', node = 'n1') =>
  findingOf(fault, { kind: 'node', name: node }, { id: `id-${node}`, ...overrides })

t.test('a finding is told when it opens, is refined, closes and opens again', async (t) => {
  const book = createFindingBook()
  let atMs = sinceMs
  const observe = (...findings: readonly Finding[]) => {
    atMs += 10_000
    return book.observe(findings, atMs).map((change) => `${change.what} ${change.finding.fault}`)
  }
  t.strictSame(observe(cut()), ['opened pod_network_cut'])
  t.strictSame(observe(cut({ severity: 0.9, confidence: 'low' })), [])
  t.strictSame(observe(cut({ state: 'recovering' })), [])
  t.strictSame(observe(cut()), ['opened pod_network_cut'], 'which the ledger knows')
  t.strictSame(observe(cut({}, 'pod_network_out')), ['refined pod_network_out'])
  t.strictSame(observe(cut({ state: 'closed' }, 'pod_network_out')), ['closed pod_network_out'])
  t.strictSame(observe(cut({ state: 'closed' }, 'pod_network_out')), [])
  t.strictSame(observe(), [])
  t.strictSame(observe(cut({}, 'pod_network_out')), ['reopened pod_network_out'])
  t.strictSame(observe(), ['closed pod_network_out'], 'what is gone without a word was a part of something else')
})

t.test('what was over before anybody could hear of it is not told', async (t) => {
  const book = createFindingBook()
  t.strictSame(book.observe([cut({ state: 'recovering' }), cut({ state: 'closed' }, 'mtu', 'n2')], sinceMs), [])
  t.strictSame(
    book.standing().map(({ what }) => what),
    [],
  )
})

t.test('who sees less than half says neither that anything closed nor that it opened', async (t) => {
  const book = createFindingBook()
  book.observe([cut()], sinceMs)
  const partition = findingOf('partition', { kind: 'cluster', name: 'cluster' })
  t.strictSame(book.observe([partition], sinceMs + 10_000), [], 'another may lead soon')
  t.strictSame(book.observe([partition], sinceMs + 29_999), [])
  t.match(book.observe([partition], sinceMs + 30_000), [{ what: 'opened', finding: { fault: 'partition' } }])
  t.match(book.observe([cut(), { ...partition, state: 'closed' }], sinceMs + 40_000), [
    { what: 'closed', finding: { fault: 'partition' } },
  ])
  t.match(
    book.standing().map(({ what, finding }) => `${what} ${finding.fault}`),
    ['closed partition', 'opened pod_network_cut'],
  )
})

t.test('a partition that another leader soon knows more of is not told, nor when it comes back', async (t) => {
  const book = createFindingBook()
  const partition = findingOf('partition', { kind: 'cluster', name: 'cluster' })
  book.observe([partition], sinceMs)
  t.strictSame(book.observe([{ ...partition, state: 'recovering' }], sinceMs + 10_000), [])
  t.strictSame(book.standing(), [])
  book.observe([{ ...partition, state: 'closed' }], sinceMs + 20_000)
  t.strictSame(book.observe([partition], sinceMs + 60_000), [])
  t.match(book.observe([partition], sinceMs + 80_000), [{ what: 'reopened' }])
})

t.test('what gets its right name when it is over is told by that name', async (t) => {
  const book = createFindingBook()
  book.observe([cut()], sinceMs)
  t.match(book.observe([cut({ state: 'recovering' }, 'pod_network_out')], sinceMs + 10_000), [
    { what: 'refined', finding: { fault: 'pod_network_out' }, before: { fault: 'pod_network_cut' } },
  ])
  const unheard = createFindingBook()
  unheard.observe([cut({ state: 'recovering' })], sinceMs)
  t.strictSame(unheard.observe([cut({ state: 'recovering' }, 'pod_network_out')], sinceMs + 10_000), [])
})

t.test('what is seen over both IP families closes when both are over', async (t) => {
  const book = createFindingBook()
  const [four, six] = [cut(), cut({ id: 'six' })]
  book.observe([four, six], sinceMs)
  t.strictSame(book.observe([{ ...four, state: 'closed' }, six], sinceMs + 10_000), [])
  t.match(book.observe([{ ...six, state: 'closed' }], sinceMs + 20_000), [{ what: 'closed' }])
})

t.test('what closed is forgotten after ten minutes', async (t) => {
  const book = createFindingBook()
  book.observe([cut()], sinceMs)
  book.observe([cut({ state: 'closed' })], sinceMs)
  book.observe([], sinceMs + 600_000)
  t.equal(book.standing().length, 1)
  book.observe([], sinceMs + 600_001)
  t.equal(book.standing().length, 0)
})

t.test('a ledger knows what need not be told again', async (t) => {
  const ledger = createLedger()
  const at = (is: Telling['is'], seconds: number, key = 'a') => ({ key, is, atMs: sinceMs + seconds * 1000 })
  t.equal(ledger.isTold(at('opening', 0)), false)
  t.equal(ledger.isTold(at('closing', 0)), true, 'nobody was told that it began')
  ledger.note(at('opening', 0))
  t.equal(ledger.isTold(at('opening', 20)), true, 'another replica opened it two rounds later')
  t.equal(ledger.isTold(at('opening', -20)), true)
  t.equal(ledger.isTold(at('opening', 121)), false, 'that is another time')
  t.equal(ledger.isTold(at('closing', 60)), false)
  ledger.note(at('closing', 60))
  t.equal(ledger.isTold(at('closing', 70)), true)
  t.equal(ledger.isTold(at('opening', 0)), true, 'who still has it open has not seen the end')
  t.equal(ledger.isTold(at('opening', 61)), false, 'it opened again')
  ledger.note(at('opening', 10))
  t.equal(ledger.isTold(at('closing', 70)), true, 'in whatever order they are read')
  ledger.note({ ...at('opening', 100, 'b'), before: 'a' })
  t.equal(ledger.isTold(at('closing', 110)), true, 'what was refined does not close')
  t.equal(ledger.isTold(at('closing', 110, 'b')), false)
  const refined = { what: 'refined', finding: cut({}, 'mtu'), atMs: 5, before: cut() } as const
  t.strictSame(tellingOf(refined), { key: 'mtu node n1', is: 'opening', atMs: 5, before: 'pod_network_cut node n1' })
})

t.test('who sees less than half yields to who sees more', async (t) => {
  const reach = (seen: number, known = 10) => ({ seen, known, atMs: 0 })
  t.equal(yieldsTo(reach(4), [reach(3), reach(5)]), true)
  t.equal(yieldsTo(reach(5), [reach(10)]), false, 'half is enough')
  t.equal(yieldsTo(reach(4), [reach(4)]), false, 'or nobody would lead')
  t.equal(yieldsTo(reach(4), []), false)
  t.equal(yieldsTo(undefined, [reach(10)]), false)
  t.equal(yieldsTo(reach(0, 0), [reach(10)]), false, 'who knows nobody has not looked yet')
})

t.test('what is no reach is none', async (t) => {
  t.strictSame(reachIn('{"seen":1,"known":2,"atMs":3,"toldMs":4}'), { seen: 1, known: 2, atMs: 3, toldMs: 4 })
  const wrong = ['', '{', 'null', '[]', '{"seen":-1,"known":2,"atMs":3,"toldMs":4}', '{"seen":"1"}', ' '.repeat(300)]
  for (const text of wrong) t.equal(reachIn(text), undefined, text)
})

t.test('shortened() cuts no letter in half', async (t) => {
  t.equal(shortened('abc', 3), 'abc')
  for (let bytes = 5; bytes < 20; bytes++) {
    const short = shortened('häß😀'.repeat(10), bytes)
    t.ok(Buffer.byteLength(short) <= bytes && short.endsWith('…') && !short.includes('\uFFFD'), short)
  }
})
