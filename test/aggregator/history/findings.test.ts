import t from 'tap'

import { findingOf, historyIn, minute, noisyMatrix, start, tempDir } from './histories.ts'

const all = { fromMs: 0, toMs: start * 2, limit: 100 }

t.test('history keeps a finding when its state or its words change, and only then', async (t) => {
  const { history } = historyIn(t, tempDir(t))
  const steps = [
    { name: 'opened', atMs: 10_000, finding: findingOf('a', { text: '1/3' }), isKept: true },
    { name: 'the same again', atMs: 20_000, finding: findingOf('a', { text: '1/3' }), isKept: false },
    { name: 'other counts too soon', atMs: 30_000, finding: findingOf('a', { text: '1/4' }), isKept: false },
    { name: 'surer', atMs: 40_000, finding: findingOf('a', { text: '1/5', confidence: 'low' }), isKept: true },
    {
      name: 'other counts later',
      atMs: 100_000,
      finding: findingOf('a', { text: '1/6', confidence: 'low' }),
      isKept: true,
    },
    { name: 'refined', atMs: 110_000, finding: findingOf('a', { fault: 'node_loss' }), isKept: true },
    { name: 'an hour old', atMs: 3_600_000, finding: findingOf('a', { fault: 'node_loss', text: '2' }), isKept: true },
    {
      name: 'too soon for its age',
      atMs: 3_779_000,
      finding: findingOf('a', { fault: 'node_loss', text: '3' }),
      isKept: false,
    },
    { name: 'recovering', atMs: 3_790_000, finding: findingOf('a', { state: 'recovering' }), isKept: true },
    { name: 'closed', atMs: 3_800_000, finding: findingOf('a', { state: 'closed' }), isKept: true },
    { name: 'open again', atMs: 3_810_000, finding: findingOf('a', { flapping: true }), isKept: true },
  ]
  for (const { name, atMs, finding, isKept } of steps) {
    const before = history.told('a').length
    history.noteFindings(start + atMs, [finding])
    t.equal(history.told('a').length - before, isKept ? 1 : 0, name)
    if (isKept) t.same(history.told('a').at(-1), { atMs: start + atMs, finding }, name)
    const closedMs = finding.state === 'closed' ? { closedMs: start + atMs } : {}
    const last = history.told('a').at(-1)?.finding
    t.same(history.findings(all).items, [{ finding: last, openedMs: start, ...closedMs }], name)
  }
  t.same(history.told('nobody'), [])
})

t.test('history tells who was open at some time between, newest first, a page at a time', async (t) => {
  const { history } = historyIn(t, tempDir(t))
  const openedAt = (minutes: number) => ({ since: new Date(start + minutes * minute).toISOString() })
  const closed = { state: 'closed' } as const
  const [early, long, late] = [openedAt(0), openedAt(1), openedAt(10)]
  history.noteFindings(start + 2 * minute, [
    findingOf('early', early),
    findingOf('long', long),
    findingOf('twin', long),
  ])
  history.noteFindings(start + 4 * minute, [findingOf('early', { ...early, ...closed }), findingOf('twin', long)])
  history.noteFindings(start + 5 * minute, [findingOf('long', long), findingOf('twin', { ...long, ...closed })])
  history.noteFindings(start + 10 * minute, [findingOf('long', long), findingOf('late', late)])
  const cases = [
    { from: 0, to: 20, ids: ['late', 'twin', 'long', 'early'] },
    { from: 4, to: 9, ids: ['twin', 'long', 'early'] },
    { from: 5, to: 9, ids: ['twin', 'long'] },
    { from: 6, to: 9, ids: ['long'] },
    { from: 6, to: 10, ids: ['late', 'long'] },
    { from: 0, to: 0, ids: ['early'] },
    { from: -2, to: -1, ids: [] },
  ]
  for (const { from, to, ids } of cases) {
    const range = { fromMs: start + from * minute, toMs: start + to * minute }
    const named = (items: readonly { finding: { id: string } }[]) => items.map(({ finding }) => finding.id)
    t.same(named(history.findings({ ...range, limit: 100 }).items), ids, `${from} to ${to}`)
    for (const limit of [1, 2, 3]) {
      const walked: string[] = []
      let before: string | undefined
      do {
        const page = history.findings({ ...range, limit, before })
        t.ok(page.items.length <= limit)
        walked.push(...named(page.items))
        before = page.next
      } while (before !== undefined)
      t.same(walked, ids, `${from} to ${to}, ${limit} a page`)
    }
  }
  t.throws(
    () => history.findings({ ...all, before: 'x' }),
    new RangeError('expected as "before" what a page told as "next", got "x"'),
  )
})

t.test('a finding that nobody tells any more is over when it was last heard of', async (t) => {
  const { history } = historyIn(t, tempDir(t))
  history.noteFindings(start, [findingOf('a'), findingOf('b')])
  history.noteFindings(start + minute, [findingOf('a'), findingOf('b')])
  history.noteFindings(start + 6 * minute, [findingOf('b')])
  t.same(
    history.findings(all).items.filter(({ closedMs }) => closedMs !== undefined),
    [],
    'five minutes of silence',
  )
  history.noteFindings(start + 6 * minute + 1, [findingOf('b')])
  t.match(history.findings(all).items, [
    { finding: { id: 'b', state: 'open' }, closedMs: undefined },
    { finding: { id: 'a', state: 'closed' }, closedMs: start + minute },
  ])
  history.noteFindings(start + 7 * minute, [findingOf('a'), findingOf('b')])
  t.match(history.findings(all).items, [{ closedMs: undefined }, { closedMs: undefined }], 'told again')
})

t.test('a history that is opened again goes on where it was', async (t) => {
  const dir = tempDir(t)
  const first = historyIn(t, dir).history
  first.noteFindings(start, [findingOf('a'), findingOf('b')])
  first.noteMatrices(start + 60 * minute, [noisyMatrix(2, 1)])
  first.close()
  first.noteFindings(start, [findingOf('after the end')])
  t.same([first.findings(all), first.told('a'), first.matricesAt(start)], [{ items: [] }, [], undefined])

  const { history, lines } = historyIn(t, dir)
  history.noteFindings(start + 70 * minute, [findingOf('a')])
  t.equal(history.told('a').length, 1, 'nothing new was said')
  t.match(history.findings(all).items, [
    // It was there for as long as the aggregator was.
    { finding: { id: 'b', state: 'closed' }, closedMs: start + 60 * minute },
    { finding: { id: 'a', state: 'open' } },
  ])
  t.same(history.matricesAt(start + 60 * minute)?.matrices, [noisyMatrix(2, 1)])
  t.same(lines, [])
})
