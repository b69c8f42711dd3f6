/**
 * What an aggregator costs: memory, CPU and how late it is, with 1,000 and 5,000 agents, on one core.
 *
 *     npm run build && npm run bench:aggregator                       # writes bench/results/aggregator.json
 *     npm run bench:aggregator -- --agents 1000 --seconds 60          # one row, quickly: below 180 s nothing is written
 *
 * The aggregator is the bundle, as in the image; all agents are one process on another core: see `agents.ts`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { markdownTable } from '../markdown-table.ts'
import { measureAggregator, type Row } from './measure.ts'

const { values } = parseArgs({
  options: { agents: { type: 'string', default: '1000,5000' }, seconds: { type: 'string', default: '180' } },
})
const rows: Row[] = []
for (const agents of values.agents.split(',').map(Number)) {
  process.stderr.write(`${agents} agents, ${values.seconds} s …\n`)
  rows.push(await measureAggregator(agents, Number(values.seconds)))
}
console.log(
  markdownTable(
    [
      'agents',
      'rounds',
      'RSS MiB',
      'peak MiB',
      'mCPU',
      'pulls/s',
      'heard %',
      'late p50 s',
      'late max s',
      'judged s',
      'in time after s',
    ],
    rows.map((row) => [
      row.agents.toString(),
      row.rounds.toString(),
      row.rssMiB.toFixed(0),
      row.peakMiB.toFixed(0),
      row.milliCpu.toFixed(0),
      row.pullsPerSecond.toFixed(0),
      (100 * row.heardShare).toFixed(1),
      (row.lateP50Ms / 1000).toFixed(1),
      (row.lateMaxMs / 1000).toFixed(1),
      (row.evaluationMs / 1000).toFixed(2),
      row.readySeconds.toFixed(0),
    ]),
  ),
)
if (Number(values.seconds) >= 180) keep(rows)
process.exit(0)

/** Rows of other sizes stay as they were measured. */
function keep(fresh: readonly Row[]): void {
  const file = 'bench/results/aggregator.json'
  const known: readonly Row[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).rows : []
  const others = known.filter(({ agents }) => !fresh.some((row) => row.agents === agents))
  const all = [...others, ...fresh].sort((a, b) => a.agents - b.agents)
  writeFileSync(file, `${JSON.stringify({ rows: all }, null, 2)}\n`)
}
