import { spawn } from 'node:child_process'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'

import { inState } from './paths.ts'
import { within } from './run.ts'
import { until } from './until.ts'

export interface Program {
  /** Its log and its process id are kept under this. */
  readonly name: string
  readonly netns: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Starts a program that goes on when we end. */
export async function start({ name, netns, command, env, cwd }: Program): Promise<void> {
  await mkdir(inState('log'), { recursive: true })
  await mkdir(inState('pid'), { recursive: true })
  const log = await open(inState('log', `${name}.log`), 'a')
  const [program = '', ...args] = within(netns, command)
  const child = spawn(program, args, {
    cwd: cwd ?? inState(),
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', log.fd, log.fd],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.unref()
  await log.close()
  await writeFile(inState('pid', name), String(child.pid))
}

/** Sends a signal to a program of the lab. Throws when it has ended. */
export async function signalProgram(name: string, signal: NodeJS.Signals): Promise<void> {
  const pid = Number(await readFile(inState('pid', name), 'utf8'))
  try {
    process.kill(pid, signal)
  } catch (cause) {
    throw new Error(`${name} no longer runs; its last words are in ${inState('log', `${name}.log`)}`, { cause })
  }
}

/** Ends a program and waits until it has. */
export async function endProgram(name: string): Promise<void> {
  const pid = await readFile(inState('pid', name), 'utf8')
  await signalProgram(name, 'SIGTERM')
  await until({ what: `the end of ${name}`, timeoutMs: 20_000, everyMs: 50 }, async () => {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
    return /\) Z/.test(state) ? true : undefined
  })
  await rm(inState('pid', name))
}
