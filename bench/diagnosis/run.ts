/**
 * How well the engine names faults, on seeds that nothing was tuned on, beside two simple methods:
 *
 *     npm run bench:diagnosis -- --jobs 2              # all that is not measured yet; takes hours
 *     npm run bench:diagnosis -- --row n30-N2 --seeds 1   # one row, quickly
 *     npm run bench:diagnosis -- --soak --nodes 200 --noise N1 --node-rounds 20000000 --jobs 2
 *     npm run bench:diagnosis -- --page                # only the tables, of what is there
 *
 * Every piece is kept in bench/results/diagnosis.json when it is done: stop and start again as you like. A piece that
 * was measured with other sources, or with --again any, is measured anew.
 */
import { parseArgs } from 'node:util'

import { noiseLevels } from '../../src/simulate/noise.ts'
import { doAll } from './do-all.ts'
import { type Job, rowJobs, soakJobs } from './job.ts'
import { writePage } from './page.ts'
import { readResults } from './results.ts'
import { rows } from './rows.ts'

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true },
    seeds: { type: 'string', default: 'Infinity' },
    jobs: { type: 'string', default: '1' },
    again: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '200' },
    noise: { type: 'string', default: 'N1' },
    'node-rounds': { type: 'string', default: '20000000' },
  },
})

if (!values.page) await doAll(values.soak ? soakJobsAsked() : rowJobsAsked(), Number(values.jobs), values.again)
writePage(readResults())

function rowJobsAsked(): readonly Job[] {
  const names = values.row ?? rows.map(({ name }) => name)
  return names.flatMap((name) => {
    const row = rows.find((known) => known.name === name)
    if (row === undefined) throw new RangeError(`No row ${name}; rows: ${rows.map((known) => known.name).join(', ')}`)
    return rowJobs(row, Number(values.seeds))
  })
}

function soakJobsAsked(): readonly Job[] {
  const noise = Object.entries(noiseLevels).find(([name]) => name === values.noise)
  if (noise === undefined) throw new RangeError(`No noise level ${values.noise}`)
  return soakJobs(Number(values.nodes), values.noise as keyof typeof noiseLevels, Number(values['node-rounds']))
}
