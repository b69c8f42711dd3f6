import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import { fastDir, findingOf, historyIn, mib, minute, noisyMatrix, start, volume } from './histories.ts'

/** Only root may make volumes. */
const mayMount = { skip: process.getuid?.() !== 0 && 'nobody may mount here' }

const all = { fromMs: 0, toMs: start * 2, limit: 100 }

/** Fills a volume up to its last byte. */
function ballastOn(dir: string): string {
  const ballast = join(dir, 'ballast')
  const { bavail, bsize } = statfsSync(dir)
  writeFileSync(ballast, Buffer.alloc(bavail * bsize))
  return ballast
}

t.test('a full volume loses what it has no room for, says so, and nothing else', mayMount, async (t) => {
  const dir = volume(t, 'size=2m')
  const { history, lines } = historyIn(t, dir)
  for (let at = 0; at < 20; at++) history.noteMatrices(start + at * minute, [noisyMatrix(40, at)])
  history.noteFindings(start, [findingOf('early')])
  const ballast = ballastOn(dir)
  for (let at = 20; at < 25; at++) {
    history.noteMatrices(start + at * minute, [noisyMatrix(40, at)])
    history.noteFindings(start + at * minute, [findingOf('early', { state: 'closed' }), findingOf('late')])
  }
  t.match(history.trouble, /cannot grow: free some room on its volume/)
  t.same(history.matricesAt(start + 19 * minute)?.matrices, [noisyMatrix(40, 19)], 'what there is can be read')
  t.match(history.findings(all).items, [{ finding: { id: 'early', state: 'open' } }])

  rmSync(ballast)
  history.noteMatrices(start + 25 * minute, [noisyMatrix(40, 25)])
  history.noteFindings(start + 25 * minute, [findingOf('early', { state: 'closed' }), findingOf('late')])
  t.equal(history.trouble, undefined)
  for (let at = 0; at < 20; at++) t.same(history.matricesAt(start + at * minute)?.matrices, [noisyMatrix(40, at)])
  t.match(history.findings(all).items, [{ finding: { id: 'late' } }, { finding: { id: 'early', state: 'closed' } }])
  t.equal(lines.at(-1), 'the history works again')
  t.ok(lines.length <= 3, lines.join('\n'))
})

t.test('a history can be read on a full volume, though nothing can be dropped from it', mayMount, async (t) => {
  const dir = volume(t, 'size=2m')
  const before = historyIn(t, dir).history
  for (let at = 0; at < 20; at++) before.noteMatrices(start + at * minute, [noisyMatrix(40, at)])
  before.close()
  const ballast = ballastOn(dir)
  const { history } = historyIn(t, dir, { keepMs: 10 * minute, wallMs: () => start + 20 * minute })
  t.same(history.matricesAt(start + 19 * minute)?.matrices, [noisyMatrix(40, 19)])
  rmSync(ballast)
  history.noteMatrices(start + 20 * minute, [noisyMatrix(40, 20)])
  t.match([history.trouble, history.size()], [undefined, { fromMs: start + 10 * minute }])
})

t.test('a history that is begun on a full volume begins when there is room', mayMount, async (t) => {
  const dir = volume(t, 'size=1m')
  const ballast = ballastOn(dir)
  const { history } = historyIn(t, dir)
  history.noteMatrices(start, [noisyMatrix(4, 1)])
  history.noteFindings(start, [findingOf('a')])
  t.match(history.trouble, /cannot grow/)
  t.same(history.findings(all), { items: [] })
  rmSync(ballast)
  history.noteMatrices(start + minute, [noisyMatrix(4, 2)])
  history.noteFindings(start + minute, [findingOf('a')])
  t.equal(history.trouble, undefined)
  t.same(history.matricesAt(start + minute)?.matrices, [noisyMatrix(4, 2)])
  t.equal(history.told('a').length, 1)
})

t.test('a volume smaller than the history is never filled by it', mayMount, async (t) => {
  const dir = volume(t, 'size=2m')
  const { history, lines } = historyIn(t, dir, { bytesAtMost: 512 * mib })
  for (let at = 0; at < 500; at++) history.noteMatrices(start + at * minute, [noisyMatrix(60, at)])
  t.same(lines, [])
  t.equal(history.matricesAt(start + 499 * minute)?.atMs, start + 499 * minute)
  t.ok((history.size().fromMs ?? 0) > start)
})

t.test('without a directory the history is off until there is one', async (t) => {
  const dir = join(fastDir(t), 'gone')
  const { history, lines } = historyIn(t, dir)
  history.noteMatrices(start, [noisyMatrix(4, 1)])
  history.noteFindings(start, [findingOf('a')])
  t.match(history.trouble, `the history is off: ${dir} must be a directory that can be written (ENOENT`)
  t.same([history.matricesAt(start), history.told('a'), history.size()], [undefined, [], { bytes: 0 }])
  t.equal(lines.length, 1, 'said once')
  mkdirSync(dir)
  history.noteFindings(start, [findingOf('a')])
  t.equal(history.trouble, undefined)
  t.equal(history.told('a').length, 1)
  t.equal(lines[1], 'the history works again')
})

t.test('on a read-only volume the history is off until it may write', mayMount, async (t) => {
  const dir = volume(t, 'size=4m')
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, dir])
  remount('ro')
  const nothing = historyIn(t, dir).history
  t.match(nothing.trouble, /the history is off: .* must be a directory that can be written \(EROFS/)
  remount('rw')
  nothing.noteFindings(start, [findingOf('a')])
  t.equal(nothing.trouble, undefined)
  nothing.close()

  remount('ro')
  const { history } = historyIn(t, dir)
  history.noteFindings(start, [findingOf('b')])
  t.match(history.trouble, /the history is off: .* must be a directory that can be written \(EROFS/)
  remount('rw')
  history.noteFindings(start, [findingOf('b')])
  t.equal(history.trouble, undefined)
  t.same([history.told('a').length, history.told('b').length], [1, 1])
})
