import t from 'tap'

import { countsOf } from '../../bench/diagnosis/counts.ts'
import { methods } from '../../bench/diagnosis/methods/list.ts'
import { filled } from '../../bench/diagnosis/page.ts'
import { accuracyTable, comparisonTable, costTable, measuredRows } from '../../bench/diagnosis/row-tables.ts'
import { brief, rateText, shareText } from '../../bench/diagnosis/texts.ts'
import { confidenceTable, flawsTable, soakTable } from '../../bench/diagnosis/trust-tables.ts'
import { falseFinding, faultFound, faultMissed, pieceOf, runOf } from './scores.ts'

const found = runOf({ faults: [faultFound(20), faultFound(40)], trueFindings: 2, nodeRounds: 5e5 })
const missed = runOf({ faults: [faultMissed()], falseFindings: [falseFinding('x')], nodeRounds: 5e5 })
const timing = { calls: 10, cpuMs: 100, cpuMaxMs: 40, wallMs: 300, wallMaxMs: 90 }
const both = pieceOf({
  ...{ code: 'now-a', measured: '2026-01-02T00:00:00Z', engine: countsOf([found, missed]), timing },
  ...{ flaws: { node_down: { missed: 1, inexact: 0, false: 1 } }, falseFaults: { link: 1 } },
  others: Object.fromEntries(methods.map(({ name }) => [name, countsOf([missed])])),
  words: {
    first: { high: [1, 1], medium: [1, 2], low: [0, 0] },
    best: { high: [2, 3], medium: [0, 0], low: [0, 0] },
  },
})
const old = pieceOf({ code: 'old-b', engine: countsOf([found]), timing })
const quiet = pieceOf({ engine: countsOf([runOf({ nodeRounds: 2e6 })]), minutes: 30 })
const noisy = pieceOf({ engine: countsOf([runOf({ ...missed, faults: [] })]), falseFaults: { link: 1 }, minutes: 12 })
const results = {
  'n12-N2': { '1000': both },
  'n5-N1': { '1000': old, '1001': old },
  'n1000-N1': { '1000.0': both, '1000.1': both, '1000.2': both, '1000.3': both },
  'soak-n200-N1': { '1000': quiet, '1001': noisy },
}
const measured = measuredRows(results)

t.test('rows come in the order of the list, with intervals, and say what they lack', async (t) => {
  const lines = cellsOf(accuracyTable(measured))
  t.strictSame(
    lines.map(([title]) => title),
    ['nodes, noise', '---', '5, N1 *', '12, N2', '1,000, N1'],
  )
  t.strictSame(lines[2]?.slice(1, 5), ['2 of 10', '4', '1.000 (0.510–1.000)', '1.000 (0.510–1.000)'])
  t.strictSame(lines[3]?.slice(1, 5), ['1 of 10', '3', '0.667 (0.208–0.939)', '0.667 (0.208–0.939)'])
  t.strictSame(lines[3]?.slice(5, 8), ['–', '1.000 (0.342–1.000)', '1.000 (0.342–1.000)'])
  t.strictSame(lines[3]?.slice(8), ['20 / 40', '–', '–', '1.0 (0.013–5.6)'])
  t.equal(lines[4]?.[1], '0.5 of 1')
})

t.test('costs are the mean of all rounds, and the highest', async (t) => {
  t.strictSame(cellsOf(costTable(measured))[4], ['1,000, N1', '40', '10', '40', '1.0', '100'])
})

t.test('other methods stand beside the engine', async (t) => {
  const [head, , , row] = cellsOf(comparisonTable(measured))
  t.equal(head?.length, row?.length)
  t.match(row?.slice(0, 4), ['12, N2', /^0.667/, /^0.667/, /^0.000 \(0.000–0.793\)/])
})

t.test('words of confidence are summed up by noise, and together', async (t) => {
  const lines = cellsOf(confidenceTable(measured))
  t.match(
    lines.slice(2).map(([noise, high, medium, low, best]) => [noise, high, medium, low, best]),
    [
      ['N1', /^1.000 .* of 4$/, /^0.500 .* of 8$/, '– of 0', /^0.667 .* of 12$/],
      ['N2', /of 1$/, /of 2$/, '– of 0', /of 3$/],
      ['N3', '– of 0', '– of 0', '– of 0', '– of 0'],
      ['all', /of 5$/, /of 10$/, '– of 0', /of 15$/],
    ],
  )
})

t.test('a soak tells its rate and what was false', async (t) => {
  t.match(cellsOf(soakTable(results))[2], ['200, N1', '2', '2,500,000', '1', /^0.40 \(0.0052–2.2\)/, '1 link', '42'])
})

t.test('flaws are told by scenario and noise', async (t) => {
  t.strictSame(cellsOf(flawsTable(measured)).slice(2), [
    ['`node_down`', '4 missed, 4 false', '1 missed, 1 false', ''],
    ['what the false ones say', '4 link', '1 link', ''],
  ])
})

t.test('numbers are as short as they may be', async (t) => {
  t.strictSame([0, 0.0123, 0.4, 5.25, 31.6, 422.4].map(brief), ['0', '0.012', '0.40', '5.3', '32', '422'])
  t.equal(rateText({ value: 0, low: 0, high: 0.15, of: 20e6 }), '0 (≤ 0.15)')
  t.equal(rateText(undefined), '–')
  t.equal(shareText([0, 0]), '–')
})

t.test('a table goes between its marks and nowhere else', async (t) => {
  const page = 'a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n'
  t.equal(filled(page, 'x', 'new\n'), 'a\n<!-- x -->\nnew\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n')
  t.equal(filled(filled(page, 'x', 'new\n'), 'x', 'new\n'), filled(page, 'x', 'new\n'))
  t.throws(() => filled(page, 'z', ''), { message: /z/ })
})

function cellsOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '))
}
