import t from 'tap'

import { freshRounds } from '../../../src/aggregator/archive/fresh-rounds.ts'
import { allMatrices } from '../../../src/aggregator/archive/live-matrices.ts'
import type { MatrixAnswer, MatrixQuery } from '../../../src/model/api.ts'
import { fastDir, historyIn } from '../history/histories.ts'
import { archiveOf, newestEndMs, simulated, wideInput } from './simulated.ts'

const { inputs } = simulated()
const query: MatrixQuery = { level: 'node', check: 'peer_tcp', window: 3 }
const cellsOf = ({ matrices }: MatrixAnswer) => matrices.flatMap(({ cells }) => cells)

t.test('of a time before there is what was then, from the rounds that are kept', async (t) => {
  const { archive } = archiveOf(inputs)
  const healthy = inputs.slice(0, 6)
  const { matrices, at } = await archive.matrix({ ...query, atMs: newestEndMs(healthy) + 1500 })
  t.equal(at, new Date(newestEndMs(healthy)).toISOString())
  t.ok(matrices.flatMap(({ cells }) => cells).every(({ failures }) => failures === 0))
  const ahead = await archive.matrix({ ...query, atMs: newestEndMs(inputs) + 3_600_000 })
  t.strictSame(ahead, await archive.matrix(query), 'the future is now')
})

t.test('of a time before those it is the snapshot of that minute', async (t) => {
  const { history } = historyIn(t, fastDir(t))
  const { inputs: kept } = { inputs: inputs.slice(0, 12) }
  const fresh = freshRounds(kept, 3, newestEndMs(kept))
  const notedMs = newestEndMs(kept) + 2100
  history.noteMatrices(notedMs, fresh === undefined ? [] : allMatrices(fresh))
  const now = archiveOf(inputs.slice(-2), { history }).archive
  const then = archiveOf(kept).archive
  for (const asked of [query, { ...query, level: 'zone' }, { level: 'target', window: 3 }] as const) {
    const past = await now.matrix({ ...asked, atMs: notedMs + 25_000 })
    const live = await then.matrix(asked)
    t.match(past, { level: asked.level, window: 0, at: new Date(newestEndMs(kept)).toISOString() })
    t.strictSame(shape(past), shape(live), asked.level)
    t.ok(cellsOf(past).every(({ ageSeconds }) => ageSeconds >= 27 && ageSeconds < 50))
  }
  const page = await now.matrix({ ...query, atMs: notedMs, limit: 5, after: 'node-5' })
  t.strictSame([page.matrices[0]?.rows[0], page.next], ['node-6', 'node-10'])
  const nothing = { level: 'node', window: 0, matrices: [] }
  t.strictSame(await now.matrix({ ...query, atMs: notedMs - 60_000 }), nothing, 'nothing is known of that time')
  t.strictSame(await then.matrix({ ...query, atMs: 1 }), nothing, 'nor without a history')
})

t.test('a page of a snapshot has no more cells than it may', async (t) => {
  const wide = wideInput(inputs[0], 400, 300)
  const { history } = historyIn(t, fastDir(t))
  const atMs = newestEndMs([wide])
  const fresh = freshRounds([wide], 1, atMs)
  history.noteMatrices(atMs, fresh === undefined ? [] : allMatrices(fresh))
  const past = archiveOf([], { history, laterMs: atMs }).archive
  const page = await past.matrix({ level: 'node', window: 1, atMs })
  t.strictSame([cellsOf(page).length, page.next, page.window], [166 * 300, 'node-166', 0])
})

/** Of a matrix all but how old it is; a snapshot keeps latencies by bucket. */
function shape({ matrices }: MatrixAnswer) {
  return matrices.map(({ cells, ...table }) => ({
    ...table,
    cells: cells.map(({ source, target, attempts, failures, reasons }) => [
      source,
      target,
      attempts,
      failures,
      reasons,
    ]),
  }))
}
