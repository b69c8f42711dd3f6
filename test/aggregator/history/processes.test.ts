import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import t, { type Test } from 'tap'

import { until } from '../../support/until.ts'
import { fastDir, findingOf, historyIn, mib, minute, noisyMatrix, start } from './histories.ts'

/** A process that writes to the same file; `last` is what it has said is kept. */
function writerOn(t: Test, file: string, first: number, times = Number.POSITIVE_INFINITY) {
  const program = join(import.meta.dirname, 'writer.ts')
  const child: ChildProcess = spawn(process.execPath, [program, file, String(first), String(times)])
  t.teardown(() => void child.kill('SIGKILL'))
  let said = ''
  let wrong = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  child.stderr?.on('data', (chunk) => {
    wrong += chunk
  })
  const ended = once(child, 'close')
  const last = () => Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) || -1)
  return { child, ended, last, wrong: () => wrong }
}

t.test('a process that is killed while it writes loses what it was writing at most', async (t) => {
  const dir = fastDir(t)
  const file = join(dir, 'history.db')
  let first = 0
  for (let life = 0; life < 8; life++) {
    const { child, ended, last, wrong } = writerOn(t, file, first)
    // Lives of different length, so that it is killed anywhere; the first before it has written a thing.
    await until(() => (life === 0 ? readdirSync(dir).length > 0 : last() >= first + 7 * life) || wrong() !== '', 20_000)
    child.kill('SIGKILL')
    await ended
    t.equal(wrong(), '')
    const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
    t.ok(bytes <= mib, `${bytes} bytes when it was killed`)

    const { history, lines } = historyIn(t, dir, { bytesAtMost: mib })
    t.same([lines, history.trouble], [[], undefined])
    const { toMs = start - minute } = history.size()
    const kept = (toMs - start) / minute
    t.ok(kept >= last(), `said ${last()}, has ${kept}`)
    if (kept >= 0) t.same(history.matricesAt(toMs)?.matrices, [noisyMatrix(60, kept)])
    for (let at = 0; at <= last(); at++) if (history.told(`finding-${at}`).length !== 1) t.fail(`finding-${at} is gone`)
    history.close()
    const db = new DatabaseSync(file)
    t.same(db.prepare('PRAGMA integrity_check').all(), [{ integrity_check: 'ok' }])
    t.same(db.prepare('PRAGMA auto_vacuum').all(), [{ auto_vacuum: 2 }], 'it can still shrink')
    db.close()
    // What it had not said yet may be kept in part: its matrices, and not its finding. It is told again.
    first = last() + 1
  }
  t.ok(first > 100)
})

for (const times of [4, Number.POSITIVE_INFINITY]) {
  const does = times === 4 ? 'holds the file' : 'writes to the file'
  t.test(`while another process ${does} the history is off, and takes over when that one ends`, async (t) => {
    const dir = fastDir(t)
    const { child, ended, last, wrong } = writerOn(t, join(dir, 'history.db'), 0, times)
    await until(() => last() >= 3, 20_000)
    const { history, lines } = historyIn(t, dir)
    history.noteFindings(start, [findingOf('mine')])
    t.match(history.trouble, /the history is off: .* is held by another process/)
    t.same(history.told('mine'), [])
    const before = last()
    if (times > 4) await until(() => last() > before + 3, 20_000)
    t.equal(wrong(), '', 'the other is not disturbed')
    child.kill('SIGKILL')
    await ended
    history.noteFindings(start, [findingOf('mine')])
    t.equal(history.trouble, undefined)
    t.same([history.told('mine').length, history.told('finding-3').length], [1, 1])
    t.match(lines, [/held by another process/, 'the history works again'])
  })
}
