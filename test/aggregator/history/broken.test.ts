import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import t, { type Test } from 'tap'

import { fastDir, findingOf, historyIn, mib, minute, noisyMatrix, start } from './histories.ts'

const all = { fromMs: 0, toMs: start * 2, limit: 100 }
const asideName = 'history.db.broken-2026-01-05T00-00-00.000Z'

/** A closed history file with findings and 100 snapshots in it. */
function writtenIn(t: Test, dir: string): string {
  const { history, file } = historyIn(t, dir)
  for (let at = 0; at < 100; at++) {
    history.noteMatrices(start + at * minute, [noisyMatrix(40, at)])
    history.noteFindings(start + at * minute, [findingOf(`finding-${at}`, { state: 'closed' })])
  }
  history.close()
  return file
}

function overwrite(file: string, at: number, bytes: number): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(bytes, 0xa5), 0, bytes, at)
  closeSync(handle)
}

function changedBy(sql: string) {
  return (file: string) => {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }
}

const atOpening: Readonly<Record<string, { damage: (file: string) => void; said: RegExp }>> = {
  garbage: { damage: (file) => writeFileSync(file, Buffer.alloc(100_000, 'garbage')), said: /is no SQLite file/ },
  'a garbled header': { damage: (file) => overwrite(file, 0, 50), said: /is no SQLite file/ },
  'cut in the middle': { damage: (file) => truncateSync(file, 100_000), said: /is damaged/ },
  'cut in its first page': { damage: (file) => truncateSync(file, 700), said: /is no SQLite file|is damaged/ },
  'a garbled first page': { damage: (file) => overwrite(file, 100, 3996), said: /is damaged/ },
  'another version': { damage: changedBy('PRAGMA user_version = 2'), said: /has tables of version 2, expected 1/ },
  'another program': { damage: changedBy('PRAGMA application_id = 7'), said: /belongs to another program/ },
  'a table gone': { damage: changedBy('DROP TABLE told'), said: /does not have the tables it should have/ },
}

for (const [name, { damage, said }] of Object.entries(atOpening)) {
  t.test(`a history file with ${name} is put aside, and a new one begun`, async (t) => {
    const dir = fastDir(t)
    const file = writtenIn(t, dir)
    damage(file)
    const broken = readFileSync(file)
    writeFileSync(`${file}.broken-2025-12-31T00-00-00.000Z`, 'older')
    const { history, lines } = historyIn(t, dir)
    t.same(history.findings(all), { items: [] })
    history.noteFindings(start, [findingOf('new')])
    history.noteMatrices(start, [noisyMatrix(4, 1)])
    t.equal(history.told('new').length, 1)
    t.same(history.matricesAt(start)?.matrices, [noisyMatrix(4, 1)])
    t.equal(history.trouble, undefined)
    t.equal(lines.length, 1, lines.join('\n'))
    t.match(lines[0], said)
    t.match(lines[0], `it is put aside as ${dir}/${asideName}, and a new one is begun`)
    t.same(
      readdirSync(dir).filter((name) => name.includes('broken') && !name.endsWith('-wal')),
      [asideName],
    )
    t.ok(readFileSync(`${dir}/${asideName}`).equals(broken), 'as it was')
  })
}

t.test('damage that shows only later is noticed when it shows, and never thrown', async (t) => {
  const pages = [2, 3, 5, 8, 13, 21, 34, 55]
  for (const page of pages) {
    const dir = fastDir(t)
    const file = writtenIn(t, dir)
    overwrite(file, page * 4096, 4096)
    const { history, lines } = historyIn(t, dir, { keepMs: 130 * minute })
    for (let at = 0; at < 200; at++) {
      history.matricesAt(start + at * minute)
      history.noteMatrices(start + (100 + at) * minute, [noisyMatrix(40, at)])
      history.noteFindings(start + (100 + at) * minute, [findingOf('new')])
    }
    history.findings(all)
    t.equal(history.trouble, undefined, `page ${page}: ${lines.join('; ')}`)
    t.same(history.matricesAt(start + 299 * minute)?.matrices, [noisyMatrix(40, 199)])
    t.equal(history.told('new').length, 1)
  }
})

t.test('bytes that a disk has changed are not told', async (t) => {
  const dir = fastDir(t)
  const { history, file } = historyIn(t, dir)
  const changed = 40
  for (let at = 0; at <= changed; at++) history.noteMatrices(start + at * minute, [noisyMatrix(10, at)])
  history.close()
  for (let at = 0; at < changed; at++) {
    // Another byte of each.
    const [head, tail] = [`substr(cells, 1, ${at * 4 + 20})`, `substr(cells, ${at * 4 + 22})`]
    const where = `WHERE at_ms = ${start + at * minute} AND substr(cells, ${at * 4 + 21}, 1) <> x'07'`
    changedBy(`UPDATE snapshots SET cells = CAST(${head} || x'07' || ${tail} AS BLOB) ${where}`)(file)
  }
  const again = historyIn(t, dir)
  const told = Array.from({ length: changed }, (_, at) => again.history.matricesAt(start + at * minute, 'peer_tcp'))
  const known = told.filter((snapshot) => snapshot !== undefined)
  t.ok(known.length <= 4, 'a few may have had that byte there')
  for (const { atMs, matrices } of known) t.same(matrices, [noisyMatrix(10, (atMs - start) / minute)])
  t.match(again.lines[0], /^the history .* cannot be read at 2026-01-05T00:00:00.000Z: /)
  t.equal(again.history.trouble, undefined, 'single minutes are no alarm')
  t.same(again.history.matricesAt(start + changed * minute)?.matrices, [noisyMatrix(10, changed)])
})

t.test('the log of a broken file is not taken for that of the new one', async (t) => {
  const dir = fastDir(t)
  const { file, history } = historyIn(t, dir)
  history.noteFindings(start, [findingOf('old')])
  history.close()
  // What a process that was killed leaves: the log of a commit, here of another file than it belongs to.
  const db = new DatabaseSync(file)
  db.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 2; UPDATE told SET id = 7')
  const log = readFileSync(`${file}-wal`)
  db.close()
  truncateSync(file, 5000)
  writeFileSync(`${file}-wal`, log)
  const again = historyIn(t, dir)
  again.history.noteFindings(start, [findingOf('new')])
  t.same(
    again.history.findings(all).items.map(({ finding }) => finding.id),
    ['new'],
  )
  t.equal(again.lines.length, 1, again.lines.join(' '))
  t.equal(again.history.trouble, undefined)
})

t.test('what was put aside goes when the history needs its room', async (t) => {
  const dir = fastDir(t)
  const file = writtenIn(t, dir)
  overwrite(file, 0, 50)
  const { history, lines } = historyIn(t, dir, { bytesAtMost: mib })
  t.ok(readdirSync(dir).includes(asideName))
  for (let at = 0; at < 300; at++) history.noteMatrices(start + at * minute, [noisyMatrix(60, at)])
  t.notOk(readdirSync(dir).some((name) => name.includes('broken')))
  t.match(lines, [/put aside/, /needs the room of what was put aside/])
})
