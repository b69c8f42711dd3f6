import t from 'tap'

import type { Cell, Matrix } from '../../src/model/matrix.ts'
import type { ExpectedCell } from '../cluster/faults/expected-cells.ts'
import { judge } from '../cluster/observe/verdict.ts'

function matrix(cells: Readonly<Record<string, Partial<Cell>>>): Matrix {
  const rows = Object.entries(cells).map(([name, cell]) => {
    const [source = '', target = ''] = name.split('>')
    return { source, target, cell: { attempts: 3, failures: 0, reasons: {}, round: 1, ...cell } }
  })
  const sources = [...new Set(rows.map(({ source }) => source))]
  const own = (source: string) => rows.filter((row) => row.source === source)
  return {
    check: 'peer_http',
    rows: sources,
    columns: ['w1', 'w2'],
    cells: new Map(sources.map((source) => [source, new Map(own(source).map(({ target, cell }) => [target, cell]))])),
  }
}

const dead = { failures: 3, reasons: { timeout: 3 } } as const
const expected = (loss: ExpectedCell['loss'], target = 'w2'): ExpectedCell => ({
  ...{ check: 'peer_http', source: 'w1', target, loss },
})

t.test('a cell that fails as it must is nobody’s business', async (t) => {
  const verdict = judge([matrix({ 'w1>w2': dead, 'w2>w1': {} })], [expected('all')], ['timeout'])
  t.same(verdict, { missed: [], unexpected: [], misnamed: [] })
})

t.test('a cell that must fail is missed when it succeeds once, or is not there', async (t) => {
  const once = judge([matrix({ 'w1>w2': { failures: 2, reasons: { timeout: 2 } } })], [expected('all')], ['timeout'])
  t.same(once.missed, ['peer_http w1 > w2: 2 of 3 failed 2 timeout'])
  t.same(judge([matrix({ 'w2>w1': {} })], [expected('all')], []).missed, ['peer_http w1 > w2: no such cell'])
})

t.test('a failure that nothing explains is unexpected', async (t) => {
  const { unexpected } = judge([matrix({ 'w1>w2': dead, 'w2>w1': dead })], [expected('all')], ['timeout'])
  t.same(unexpected, ['peer_http w2 > w1: 3 of 3 failed 3 timeout'])
})

t.test('a failure for another reason is misnamed', async (t) => {
  const refused = { failures: 3, reasons: { timeout: 2, refused: 1 } } as const
  const { misnamed } = judge([matrix({ 'w1>w2': refused })], [expected('all')], ['timeout'])
  t.same(misnamed, ['peer_http w1 > w2: 3 of 3 failed 2 timeout, 1 refused'])
})

t.test('of cells that lose some packets at least one has to fail', async (t) => {
  const verdict = (first: Partial<Cell>) => judge([matrix({ 'w1>w2': first })], [expected('some')], ['timeout'])
  t.same(verdict({}).missed, ['not one of 1 cells that lose packets failed'])
  t.same(verdict({ failures: 1, reasons: { timeout: 1 } }), { missed: [], unexpected: [], misnamed: [] })
})

t.test('a target whose name nobody foresaw is judged by its check', async (t) => {
  const { missed } = judge([matrix({ 'w1>w2': {} })], [expected('all', '*')], ['timeout'])
  t.same(missed, ['peer_http w1 > w2: 0 of 3 failed'])
})
