import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { down, up } from './lab/cluster.ts'
import { operatorNetns, type Plan, planLab } from './lab/plan.ts'
import { whyNot } from './lab/refusal.ts'
import { within } from './lab/run.ts'
import { remains } from './lab/sweep.ts'

/** In this order: what comes later leans on what was shown before. tap itself would sort them. */
const order = [
  'images/',
  'suite/install',
  'suite/full',
  'suite/faults',
  'suite/aggregator',
  'suite/holds',
  'suite/quiet',
  'suite/troubled',
]

const log = (line: string) => void process.stderr.write(`${line}\n`)

/** Boots a lab, runs the tests on it, and leaves nothing behind. Resolves to the exit code. */
async function main(): Promise<number> {
  const reason = await whyNot()
  if (reason !== undefined) {
    log(`the tests on a real cluster cannot run: ${reason}`)
    return 1
  }
  const options = { nodes: 6, zones: 3, dnsReplicas: 2, dualStack: false, proxyMode: 'iptables' } as const
  const code = await onLab(planLab(options)).finally(down)
  const left = Object.entries(await remains()).filter(([, found]) => found.length > 0)
  if (left.length === 0) return code
  log(`the lab left something behind: ${JSON.stringify(Object.fromEntries(left))}`)
  return 1
}

async function onLab(plan: Plan): Promise<number> {
  let code = await runTests(filesOf('suite/lab'))
  await up(plan, log)
  for (const start of order) code = Math.max(code, await runTests(filesOf(start), operatorNetns))
  return code
}

function filesOf(start: string): readonly string[] {
  const found = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  const tests = found.filter((file) => file.endsWith('.test.ts') && file.startsWith(start))
  return tests.map((file) => join(import.meta.dirname, file))
}

/** Resolves to tap's exit code. From the operator's namespace everything is reached, whatever is broken. */
function runTests(files: readonly string[], netns?: string): Promise<number> {
  const tap = ['tap', 'run', '--disable-coverage', '--jobs=1', '--timeout=1800', ...process.argv.slice(2)]
  const [program = '', ...args] = within(netns, [...tap, ...files])
  const child = spawn(program, args, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

process.exitCode = await main()
