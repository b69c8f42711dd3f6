import t from 'tap'
import { lastRow, windowFor } from '../../../src/aggregator/archive/bounds.ts'
import type { MatrixAnswer, MatrixQuery } from '../../../src/model/api.ts'
import type { RoundInput } from '../../../src/model/recording.ts'
import { archiveOf, newestEndMs, simulated, wideInput } from './simulated.ts'

const { inputs, cut } = simulated()
const query: MatrixQuery = { level: 'node', check: 'peer_tcp', window: 3 }
const cellsOf = ({ matrices }: MatrixAnswer) => matrices.flatMap(({ cells }) => cells)
const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n, 0)

t.test('node by node: who is cut off fails from everybody, and inputs are asked for once', async (t) => {
  const { archive, asked } = archiveOf(inputs)
  const answer = await archive.matrix(query)
  const [table] = answer.matrices
  t.equal(answer.matrices.length, 1)
  t.match(answer, { level: 'node', window: 3, at: new Date(newestEndMs(inputs)).toISOString() })
  t.strictSame(
    table?.rows,
    Array.from({ length: 12 }, (_, i) => `node-${i + 1}`),
    'in natural order',
  )
  t.strictSame(table?.columns, table?.rows)
  const to = cellsOf(answer).filter(({ target }) => target === cut)
  t.equal(to.length, 11)
  t.ok(to.every(({ attempts, failures, ageSeconds }) => attempts > 0 && failures === attempts && ageSeconds === 2))
  const others = cellsOf(answer).filter(({ source, target }) => ![source, target].includes(cut))
  t.ok(others.length > 100 && others.every(({ attempts, p50Ms }) => attempts === 3 && Number(p50Ms) > 0))
  t.strictSame(asked, [3])
})

t.test('zone by zone every attempt is in it, but what a node asked itself', async (t) => {
  const { archive } = archiveOf(inputs)
  for (const check of ['peer_tcp', 'peer_http', 'nodeport'] as const) {
    const answer = await archive.matrix({ level: 'zone', check, window: 3 })
    t.match(answer.matrices, [{ rows: ['zone-a', 'zone-b', 'zone-c'], columns: ['zone-a', 'zone-b', 'zone-c'] }])
    const rounds = inputs.slice(-3).flatMap((input) => input.rounds)
    const of = <T extends { readonly check: string }>(rows: readonly T[]) => rows.filter((row) => row.check === check)
    const failed = sum(rounds.flatMap(({ fails }) => of(fails).map((row) => row.failed)))
    const passed = sum(rounds.flatMap(({ ok }) => of(ok).map(({ n }) => n)))
    const own = sum(rounds.flatMap(({ node, stable }) => of(stable).map(({ peer, ok }) => (peer === node ? ok : 0))))
    t.equal(own > 0, check !== 'peer_tcp')
    t.equal(failed > 0, check !== 'nodeport')
    t.equal(sum(cellsOf(answer).map(({ failures }) => failures)), failed)
    t.equal(sum(cellsOf(answer).map(({ attempts }) => attempts)), failed + passed - own)
  }
})

t.test('node by shared target: columns are all targets, on every page', async (t) => {
  const { archive } = archiveOf(inputs)
  const all = await archive.matrix({ level: 'target', window: 3 })
  t.ok(all.matrices.every(({ check }) => !['peer_tcp', 'nodeport'].includes(check)))
  t.match(all.matrices[0], { check: 'dns_replica', variant: 'external' })
  const replicas = inputs.at(-1)?.view.replicas.flatMap(({ check, name }) => (check === 'dns_replica' ? name : []))
  const page = await archive.matrix({ level: 'target', check: 'dns_replica', window: 3, limit: 1 })
  t.strictSame(page.matrices[0]?.columns, replicas?.toSorted())
  t.strictSame([page.matrices[0]?.rows, page.next], [['node-1'], 'node-1'])
})

t.test('pages together are the whole, at every level', async (t) => {
  const { archive } = archiveOf(inputs)
  for (const level of ['node', 'zone', 'target'] as const) {
    const whole = cellsOf(await archive.matrix({ level, window: 2 }))
    const pages: MatrixAnswer[] = []
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await archive.matrix({ level, window: 2, limit: 5, ...(after !== undefined && { after }) })
      t.ok(page.matrices.every(({ rows }) => rows.length <= 5))
      pages.push(page)
      after = page.next
    }
    const key = (cell: (typeof whole)[number]) => JSON.stringify(cell)
    t.strictSame(pages.flatMap(cellsOf).map(key).toSorted(), whole.map(key).toSorted(), level)
    t.equal(pages.length, level === 'zone' ? 1 : 3)
  }
})

t.test('what nobody refreshes expires', async (t) => {
  const silent = inputs.map((input, i) => (i < inputs.length - 3 ? input : without(input, 'node-1')))
  const rows = async (laterMs: number, window = 3) =>
    cellsOf(await archiveOf(silent, { laterMs }).archive.matrix({ ...query, window }))
  const now = await rows(1500)
  t.ok(now.some(({ source }) => source === 'node-2') && now.every(({ source }) => source !== 'node-1'))
  const longer = (await rows(1500, 4)).filter(({ source }) => source === 'node-1')
  t.ok(longer.length > 0 && longer.every(({ ageSeconds }) => ageSeconds === 32), 'known, and how old it is')
  t.ok((await rows(45_000)).length > 0, 'a judge that is late')
  t.strictSame(await rows(55_000), [], 'a judge that is gone')
  t.notOk('at' in (await archiveOf(silent, { laterMs: 55_000 }).archive.matrix(query)))
})

t.test('what an agent tells late counts for its own time, and what it tells twice counts once', async (t) => {
  const [before, last] = [inputs.slice(0, -1).map((input) => without(input, 'node-1')), inputs.at(-1)]
  const own = inputs.flatMap(({ rounds }) => rounds.filter(({ node }) => node === 'node-1'))
  const late = [...before, { ...last, rounds: [...(last?.rounds ?? []), ...own] } as RoundInput]
  const rows = async (of: readonly RoundInput[], window: number) =>
    cellsOf(await archiveOf(of).archive.matrix({ ...query, window })).filter(({ source }) => source === 'node-1')
  t.strictSame(await rows(late, 3), await rows(inputs, 3))
})

t.test('an answer has no more cells than it may, and the rest is on the next pages', async (t) => {
  const wide = wideInput(inputs[0], 400, 300)
  const { archive } = archiveOf([wide])
  const first = await archive.matrix({ level: 'node', window: 1 })
  t.equal(cellsOf(first).length, 50_000 - (50_000 % 300))
  t.equal(first.next, `node-${Math.floor(50_000 / 300)}`)
  const second = await archive.matrix({ level: 'node', window: 1, after: first.next ?? '' })
  const third = await archive.matrix({ level: 'node', window: 1, after: second.next ?? '' })
  t.equal(sum([first, second, third].map((page) => cellsOf(page).length)), 400 * 300)
  t.notOk('next' in third)
})

t.test('in a very large cluster fewer rounds are read, and of all checks a thousand rows at a time', async (t) => {
  t.strictSame(
    [0, 12, 833, 834, 5000, 20_000, 30_000].map((nodes) => windowFor(24, nodes)),
    [24, 24, 24, 23, 4, 1, 1],
  )
  t.equal(windowFor(3, 5000), 3)
  const names = Array.from({ length: 1200 }, (_, i) => `node-${1200 - i}`)
  const all = { level: 'node', window: 3 } as const
  t.equal(lastRow(all, names), 'node-1000')
  t.equal(lastRow({ ...all, limit: 10, after: 'node-5' }, names), 'node-15')
  t.strictSame(
    [{ ...all, after: 'node-200' }, { ...all, check: 'peer_tcp' } as const, { ...all, level: 'zone' } as const].map(
      (one) => lastRow(one, names),
    ),
    [undefined, undefined, undefined],
  )
  const { archive } = archiveOf([wideInput(inputs[0], 1200, 3)])
  const first = await archive.matrix(all)
  t.strictSame([first.matrices[0]?.rows.length, first.next], [1000, 'node-1000'])
  const second = await archive.matrix({ ...all, after: 'node-1000' })
  t.strictSame([second.matrices[0]?.rows.length, second.next], [200, undefined])
  t.equal(cellsOf(first).length + cellsOf(second).length, 3600)
  t.equal(cellsOf(await archive.matrix({ ...all, check: 'peer_tcp' })).length, 3600)
})

t.test('a page of agents that are silent is empty, and is not the last', async (t) => {
  const [from, to] = ['node-1', 'node-2']
  const silent = inputs.map((input) => without(without(input, from), to))
  const { archive } = archiveOf(silent)
  const page = await archive.matrix({ level: 'node', window: 3, limit: 2 })
  t.match(page, { at: new Date(newestEndMs(inputs)).toISOString(), next: to, matrices: { length: 0 } })
  t.ok(cellsOf(await archive.matrix({ level: 'node', window: 3, limit: 2, after: to })).length > 0)
})

t.test('before the first round there is nothing', async (t) => {
  t.strictSame(await archiveOf([]).archive.matrix(query), { level: 'node', window: 3, matrices: [] })
})

function without(input: RoundInput, node: string): RoundInput {
  return { ...input, rounds: input.rounds.filter((round) => round.node !== node) }
}
