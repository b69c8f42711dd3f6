/**
 * What one agent costs: CPU, memory, series and wake-ups at the default load, with 12 to 5,000 known peers.
 *
 *     npm run bench:agent                              # the table; writes bench/results/agent.json
 *     npm run bench:agent -- --nodes 12 --seconds 30   # one row, quickly
 *     npm run bench:agent -- --nodes 12 --seconds 1800 --soak   # does it grow?
 *     npm run bench:agent -- --peer-command "./other-prober --its-flags"
 *
 * The agent is the bundle, as in the image. Everything around it runs in another process: see `cluster.ts`.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { measureAgent, type Row } from './measure-agent.ts'
import { measureCommand } from './measure-command.ts'
import { measureKinds } from './measure-kinds.ts'
import { agentTable, kindTable } from './tables.ts'

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '12,100,1000,5000' },
    seconds: { type: 'string', default: '60' },
    soak: { type: 'boolean', default: false },
    'peer-command': { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const rows: Row[] = []
for (const nodes of values.nodes.split(',').map(Number)) {
  process.stderr.write(`agent among ${nodes} nodes, ${seconds} s …\n`)
  rows.push(await measureAgent({ nodes, seconds, soak: values.soak }))
}
const other = values['peer-command']
if (other !== undefined) rows.push(await measureCommand(other, seconds))
console.log(agentTable(rows))

if (!values.soak && other === undefined) {
  process.stderr.write('each kind of probe by itself …\n')
  const kinds = await measureKinds(Math.min(20, seconds))
  console.log(kindTable(kinds))
  if (rows.length === 4) writeFileSync('bench/results/agent.json', `${JSON.stringify({ rows, kinds }, null, 2)}\n`)
}
process.exit(0)
