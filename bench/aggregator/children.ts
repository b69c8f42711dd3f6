import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** How a container runs it. */
const nodeFlags = ['--optimize-for-size', '--min-semi-space-size=2', '--max-semi-space-size=2']

/** What the agents' process says of one round, counted from its start. */
export interface Served {
  readonly round: number
  readonly polls: number
  readonly rounds: number
  readonly bytes: number
  readonly opened: number
  readonly refused: number
  readonly polling: number
}

export interface Agents {
  readonly process: ChildProcess
  /** All that was said so far. */
  readonly served: readonly Served[]
}

/** Starts the agents on the second core; resolves when they answer. */
export async function startAgents(nodes: number, settingsFile: string): Promise<Agents> {
  const args = ['-c', '1', process.execPath, '--max-old-space-size=4096', 'bench/aggregator/agents.ts']
  const child = spawn('taskset', [...args, String(nodes), settingsFile], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs(child)
  const served: Served[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') ready.resolve()
    else served.push(JSON.parse(line))
  })
  child.once('exit', () => ready.reject(new Error('the agents ended before they were ready')))
  await ready.promise
  return { process: child, served }
}

/** Starts the aggregator as the image does, on the first core alone. */
export function startAggregator(settingsFile: string): ChildProcess {
  const args = ['-c', '0', process.execPath, ...nodeFlags, 'dist/meshprobe.js', 'aggregator', '--config', settingsFile]
  // As the chart has it: one arena of malloc for all threads takes 30 MiB less than one for each.
  const env = { ...process.env, MALLOC_ARENA_MAX: '1' }
  const child = spawn('taskset', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  endWithUs(child)
  return child
}

export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await once(child, 'exit')
  clearTimeout(timer)
}

function endWithUs(child: ChildProcess): void {
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}
