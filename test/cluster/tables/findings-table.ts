import { aggregatorsOf, lookAround } from '../faults/scene.ts'
import { thisLab } from '../lab/cluster.ts'
import { watchFindings } from '../observe/findings.ts'
import { leaderOf } from '../observe/leader.ts'
import { type Naming, tryNaming } from '../observe/naming.ts'
import { observe } from '../observe/rounds.ts'
import { cases } from './cases.ts'
import { cell, type MarkedTable, row, rowsOf, writeRows } from './marked.ts'

const table: MarkedTable = {
  name: 'findings',
  head: [
    ...['case', 'broken', 'rounds', 'named after', 'what it said', 'other findings', 'recovering after'],
    ...['closed after', 'first Event after', 'rounds that ran'],
  ],
}
const quietWithinMs = 120_000

/**
 * Breaks what every case says, or those that are named, and writes into docs/lab.md what the aggregators said and when.
 * Each row is written when it is known. With rounds of 10 s a case takes two minutes, with rounds of 5 s one.
 */
export async function makeFindingsTable(named: readonly string[], roundSeconds: number): Promise<void> {
  const chosen = cases.filter(({ name }) => named.length === 0 || named.includes(name))
  const plan = await thisLab()
  const observer = await observe(await lookAround(plan))
  const watch = watchFindings()
  const rows = new Map((await rowsOf(table)).map((line) => [/^\| `(\w+)/.exec(line)?.[1] ?? '', line]))
  for (const [index, { name, faults }] of chosen.entries()) {
    process.stderr.write(`${index + 1} of ${chosen.length}: ${name}\n`)
    watch.follow(await aggregatorsOf(plan))
    await watch.untilQuiet(quietWithinMs)
    const broken = faults(await lookAround(plan), await leaderOf(watch))
    const heldMs = 3 * roundSeconds * 1000
    const naming = await tryNaming(broken, { plan, watch, observer, heldMs })
    const written = broken.map(({ fault, target }) => `\`${fault.name}=${cell(target)}\``).join(' ')
    rows.set(name, row([`\`${name}\``, written, `${roundSeconds} s`, ...cellsOf(naming)]))
    for (const line of [...naming.complaints, ...naming.kept]) process.stderr.write(`  ${line}\n`)
    await writeRows(
      table,
      cases.flatMap((known) => rows.get(known.name) ?? []),
    )
  }
  await watch.close()
  await observer.close()
}

function cellsOf({ story, event, rounds }: Naming): readonly string[] {
  const { said, others, namedSeconds, recoveringSeconds, closedSeconds } = story
  const seconds = (value: number | undefined) => {
    if (said.length === 0) return '-'
    return value === undefined ? 'never' : `${value.toFixed(0)} s`
  }
  return [
    seconds(namedSeconds),
    said.map(cell).join('<br>') || 'nothing',
    others.map(cell).join('<br>') || 'none',
    ...[seconds(recoveringSeconds), seconds(closedSeconds)],
    event === undefined ? '-' : `${event.seconds} s, ${event.about}`,
    `${(rounds.share * 100).toFixed(0)} %`,
  ]
}
