import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { aggregatorsOf, lookAround } from './faults/scene.ts'
import { thisLab } from './lab/cluster.ts'
import { watchFindings } from './observe/findings.ts'
import { keepRounds } from './observe/listening.ts'
import { observe } from './observe/rounds.ts'
import { shareOfRounds } from './observe/rounds-run.ts'
import { nameOf } from './observe/story.ts'
import { fullRelease } from './suite/mesh.ts'
import { cell, type MarkedTable, row, rowsOf, writeRows } from './tables/marked.ts'

const options = { minutes: { type: 'string', default: '30' }, round: { type: 'string', default: '10s' } } as const
const table: MarkedTable = {
  name: 'soak',
  head: ['when', 'lab', 'minutes', 'rounds', 'findings', 'rounds that ran, of the node with fewest'],
}
const rowsKept = 5
/** Of so long the rounds are at hand. */
const observedMs = 30 * 60_000

/** Breaks nothing and listens. Resolves to the exit code: 1 when anything was named. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error(`--minutes is from 1 to 1440, not ${values.minutes}`)
  await fullRelease([], values.round)
  const plan = await thisLab()
  const observer = await observe(await lookAround(plan))
  const watch = watchFindings()
  // From its first word: that agents have just begun is no reason to accuse them.
  watch.follow(await aggregatorsOf(plan))
  const beganMs = Date.now()
  await watch.untilQuiet(180_000)
  await sleep(Math.max(0, beganMs + minutes * 60_000 - Date.now()))
  const said = [...new Set(watch.told().map(nameOf))]
  const { share } = shareOfRounds(observer.all(), plan, [Math.max(beganMs, Date.now() - observedMs), Date.now()])
  const kind = `${plan.nodes.length} nodes, ${plan.dnsReplicas} DNS pods`
  const when = new Date(beganMs).toISOString().slice(0, 16).replace('T', ' ')
  const findings = said.map((name) => `\`${cell(name)}\``).join(', ') || 'none'
  const ran = `${(share * 100).toFixed(1)} %`
  await writeRows(
    table,
    [row([when, kind, String(minutes), values.round, findings, ran]), ...(await rowsOf(table))].slice(0, rowsKept),
  )
  if (said.length > 0) process.stderr.write(`${said.join('\n')}\n${(await keepRounds(watch, 'soak')).join('\n')}\n`)
  await watch.close()
  await observer.close()
  return said.length === 0 ? 0 : 1
}

process.exitCode = await main()
