import { parseArgs } from 'node:util'

import { fullRelease } from './suite/mesh.ts'
import { makeCellsTable } from './tables/cells-table.ts'
import { makeFindingsTable } from './tables/findings-table.ts'

const options = { cells: { type: 'boolean', default: false }, round: { type: 'string', default: '10s' } } as const

/** Makes one of the tables of docs/lab.md, or those of its rows that are named. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [, seconds] = /^(\d+)s$/.exec(values.round) ?? []
  if (seconds === undefined) throw new Error(`--round is seconds as in 10s, not ${values.round}`)
  if (values.cells) {
    // Matrices fail the same however long rounds are, and short ones take less time.
    await fullRelease()
    await makeCellsTable(positionals)
  } else {
    await fullRelease([], values.round)
    await makeFindingsTable(positionals, Number(seconds))
  }
}

await main()
