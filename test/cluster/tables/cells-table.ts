import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { lookAround } from '../faults/scene.ts'
import { labFaults } from '../faults/set-fault.ts'
import { thisLab } from '../lab/cluster.ts'
import { observe } from '../observe/rounds.ts'
import { summaryOf } from '../observe/summary.ts'
import { type Trial, tryFault } from '../observe/trial.ts'
import { isAsExpected } from '../observe/verdict.ts'
import { cell, type MarkedTable, row, rowsOf, writeRows } from './marked.ts'

/** What the engine is tried on: what a real network did to real agents. */
const recordings = join(import.meta.dirname, '../../diagnosis/recordings')
/** More than a test needs: some faults take five rounds to be named. */
const roundsHeld = 5
const expectedFile = join(recordings, 'expected.json')
const table: MarkedTable = {
  name: 'table',
  head: ['fault', 'what breaks', 'failing cells in the raw matrices', 'finding', 'as expected', 'clean after'],
}

/**
 * Sets every fault once, or those that are named, and writes into docs/lab.md what the raw matrices showed; keeps the
 * rounds. All of them take a quarter hour.
 */
export async function makeCellsTable(named: readonly string[]): Promise<void> {
  const faults = labFaults.filter(({ name }) => named.length === 0 || named.includes(name))
  const plan = await thisLab()
  await mkdir(recordings, { recursive: true })
  const observer = await observe(await lookAround(plan))
  const rows = new Map((await rowsOf(table)).map((line) => [/^\| `(\w+)/.exec(line)?.[1] ?? '', line]))
  const expected = await expectedBefore()
  for (const [index, fault] of faults.entries()) {
    process.stderr.write(`${index + 1} of ${faults.length}: ${fault.name}\n`)
    const trial = await tryFault(fault, { plan, observer, rounds: roundsHeld })
    rows.set(fault.name, row(rowOf(trial, fault.doc)))
    const { finding } = trial
    expected[fault.name] = finding === 'none' ? finding : { fault: finding.fault, entity: finding.entity }
    await writeFile(join(recordings, `${fault.name}.ndjson.gz`), gzipSync(ndjson(trial.recording), { level: 9 }))
  }
  await observer.close()
  await writeFile(expectedFile, `${JSON.stringify(expected, undefined, 2)}\n`)
  await writeRows(
    table,
    labFaults.flatMap(({ name }) => rows.get(name) ?? []),
  )
}

async function expectedBefore(): Promise<Record<string, Trial['finding']>> {
  return existsSync(expectedFile) ? JSON.parse(await readFile(expectedFile, 'utf8')) : {}
}

function rowOf({ fault, target, finding, verdict, matrices, cleanAfterSeconds, lasting }: Trial, doc: string) {
  const cells = summaryOf(matrices).join('; ') || 'none'
  const named = finding === 'none' ? 'none' : `\`${finding.fault}\` ${cell(finding.entity)}`
  const verdicts = Object.entries(verdict).filter(([, lines]) => lines.length > 0)
  const judged = isAsExpected(verdict) ? 'yes' : verdicts.map(([what, lines]) => `${lines.length} ${what}`).join(', ')
  const clean = lasting.length === 0 ? `${cleanAfterSeconds} s` : `not within ${cleanAfterSeconds} s`
  return [`\`${fault}=${target}\``, doc, cells, named, judged, clean]
}

function ndjson(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
