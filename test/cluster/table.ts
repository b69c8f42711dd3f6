import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { lookAround } from './faults/scene.ts'
import { labFaults } from './faults/set-fault.ts'
import { thisLab } from './lab/cluster.ts'
import { observe } from './observe/rounds.ts'
import { summaryOf } from './observe/summary.ts'
import { type Trial, tryFault } from './observe/trial.ts'
import { isAsExpected } from './observe/verdict.ts'
import { fullRelease } from './suite/mesh.ts'

const page = join(import.meta.dirname, '../../docs/lab.md')
/** What the engine is tried on: what a real network did to real agents. */
const recordings = join(import.meta.dirname, '../diagnosis/recordings')
/** More than a test needs: some faults take five rounds to be named. */
const roundsHeld = 5
const marks = ['<!-- table -->', '<!-- /table -->'] as const

/** Sets every fault once, and writes into docs/lab.md what the raw matrices showed; keeps the rounds. Takes a quarter hour. */
async function main(): Promise<void> {
  const plan = await thisLab()
  await fullRelease()
  await mkdir(recordings, { recursive: true })
  const observer = await observe(await lookAround(plan))
  const rows = []
  const expected: Record<string, Trial['finding']> = {}
  for (const [index, fault] of labFaults.entries()) {
    process.stderr.write(`${index + 1} of ${labFaults.length}: ${fault.name}\n`)
    const trial = await tryFault(fault, { plan, observer, rounds: roundsHeld })
    rows.push(rowOf(trial, fault.doc))
    expected[fault.name] = trial.finding
    await writeFile(join(recordings, `${fault.name}.ndjson.gz`), gzipSync(ndjson(trial.recording), { level: 9 }))
  }
  await observer.close()
  await writeFile(join(recordings, 'expected.json'), `${JSON.stringify(expected, undefined, 2)}\n`)
  const head = ['fault', 'what breaks', 'failing cells in the raw matrices', 'finding', 'as expected', 'clean after']
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const text = await readFile(page, 'utf8')
  const [before = '', rest = ''] = text.split(marks[0])
  const after = rest.split(marks[1])[1] ?? ''
  await writeFile(page, `${before}${marks[0]}\n${table}\n${marks[1]}${after}`)
}

function rowOf({ fault, target, finding, verdict, matrices, cleanAfterSeconds, lasting }: Trial, doc: string) {
  const cells = summaryOf(matrices).join('; ') || 'none'
  const named = finding === 'none' ? 'none' : `\`${finding.fault}\` ${finding.entity.replaceAll('|', '\\|')}`
  const verdicts = Object.entries(verdict).filter(([, lines]) => lines.length > 0)
  const judged = isAsExpected(verdict) ? 'yes' : verdicts.map(([what, lines]) => `${lines.length} ${what}`).join(', ')
  const clean = lasting.length === 0 ? `${cleanAfterSeconds} s` : `not within ${cleanAfterSeconds} s`
  return [`\`${fault}=${target}\``, doc, cells, named, judged, clean]
}

function ndjson(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

await main()
