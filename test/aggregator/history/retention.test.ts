import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import { day, fastDir, findingOf, historyIn, mib, minute, noisyMatrix, start } from './histories.ts'

const all = { fromMs: 0, toMs: start * 2, limit: 1000 }

/** All that the history takes, its log included. */
function bytesIn(dir: string): number {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
}

t.test('history forgets what is older than it should keep', async (t) => {
  const { history } = historyIn(t, fastDir(t), { keepMs: 60 * minute })
  history.noteFindings(start, [findingOf('closed', { state: 'closed' }), findingOf('open')])
  history.noteFindings(start + minute, [findingOf('open', { confidence: 'low' })])
  for (let at = 0; at <= 90; at += 3) {
    history.noteMatrices(start + at * minute, [noisyMatrix(3, at)])
    history.noteFindings(start + at * minute, [findingOf('open', { confidence: 'low' })])
  }
  t.match(history.size(), { fromMs: start + 30 * minute, toMs: start + 90 * minute })
  t.same(
    history.findings(all).items.map(({ finding }) => finding.id),
    ['open'],
  )
  t.same(history.told('closed'), [])
  t.same(
    history.told('open').map(({ atMs }) => atMs),
    [start + minute],
    'its last words stay',
  )
})

t.test('history never takes more than it may: oldest snapshots go first, findings last', async (t) => {
  const dir = fastDir(t)
  const { history, lines } = historyIn(t, dir, { bytesAtMost: mib })
  history.noteFindings(start, [findingOf('old', { state: 'closed' })])
  let most = 0
  for (let at = 0; at < 300; at++) {
    history.noteMatrices(start + at * minute, [noisyMatrix(60, at)])
    most = Math.max(most, bytesIn(dir))
  }
  const { fromMs = 0, toMs } = history.size()
  t.ok(most <= mib, `${most} bytes at most`)
  t.ok(history.size().bytes > 0.8 * mib, 'it uses what it may')
  t.equal(toMs, start + 299 * minute)
  t.ok(fromMs > start + 100 * minute)
  for (let atMs = fromMs; atMs <= start + 299 * minute; atMs += minute) t.equal(history.matricesAt(atMs)?.atMs, atMs)
  t.equal(history.told('old').length, 1)
  t.same(lines, [])

  for (let at = 0; at < 2000; at++) {
    const about = { since: new Date(start + at).toISOString(), text: 'x'.repeat(700), state: 'closed' } as const
    history.noteFindings(start + 300 * minute + at, [findingOf(`finding-${at}`, about)])
    if (at % 50 === 0) most = Math.max(most, bytesIn(dir))
  }
  t.ok(most <= mib, `${most} bytes at most, of findings`)
  t.equal(history.size().fromMs, undefined, 'no snapshot is left')
  t.same(history.told('old'), [])
  t.equal(history.told('finding-1999').length, 1)
  t.equal(history.trouble, undefined)
})

t.test('a limit that was lowered holds as soon as the history is opened', async (t) => {
  const dir = fastDir(t)
  const before = historyIn(t, dir).history
  for (let at = 0; at < 400; at++) before.noteMatrices(start + at * minute, [noisyMatrix(60, at)])
  t.ok(before.size().bytes > 2 * mib)
  before.close()
  const { history } = historyIn(t, dir, { bytesAtMost: mib, wallMs: () => start + 400 * minute })
  t.ok(bytesIn(dir) <= mib, `${bytesIn(dir)} bytes`)
  t.same(history.matricesAt(start + 399 * minute)?.matrices, [noisyMatrix(60, 399)])
  history.close()
  const later = historyIn(t, dir, { wallMs: () => start + 8 * day }).history
  t.equal(later.size().fromMs, undefined, 'after a long time away')
  t.ok(bytesIn(dir) < mib / 4, `${bytesIn(dir)} bytes`)
})

t.test('a snapshot that is too large is not kept, and said so', async (t) => {
  const { history, lines } = historyIn(t, fastDir(t), { bytesAtMost: mib })
  history.noteMatrices(start, [noisyMatrix(10, 1)])
  history.noteMatrices(start + minute, [noisyMatrix(200, 1)])
  t.match(history.trouble, /^the history .*history\.db has no room for a snapshot of \d+ bytes: let it have \d+ MiB$/)
  t.equal(history.size().toMs, start)
  history.noteMatrices(start + 2 * minute, [noisyMatrix(10, 2)])
  t.equal(history.trouble, undefined)
  t.match(lines, [/no room/, 'the history works again'])
})

t.test('times that a clock left in the future do not crowd the present out', async (t) => {
  const { history } = historyIn(t, fastDir(t))
  history.noteMatrices(start + 300 * day, [noisyMatrix(3, 1)])
  history.noteMatrices(start, [noisyMatrix(3, 2)])
  t.match(history.size(), { fromMs: start, toMs: start })
  t.same(history.matricesAt(start)?.matrices, [noisyMatrix(3, 2)])
})

t.test('less than 1 MiB is a mistake of the caller', async (t) => {
  t.throws(() => historyIn(t, fastDir(t), { bytesAtMost: mib - 1 }), RangeError)
})
