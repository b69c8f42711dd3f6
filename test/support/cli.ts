import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { dispatch } from '../../src/cli/dispatch.ts'

const program = join(import.meta.dirname, '../../src/main.ts')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What a terminal would say of itself. */
  readonly isTTY?: boolean
  readonly columns?: number
  readonly signal?: AbortSignal
}

/** Runs a command line as `main.ts` does, in this process. */
export async function runHere(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = {}, isTTY = false, columns = 80, signal = new AbortController().signal } = options
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY,
    columns,
    rows: 24,
    write(text: string) {
      written[name] += text
    },
  })
  const world = { env, stdin: process.stdin, stdout: output('stdout'), stderr: output('stderr'), signal }
  const code = await dispatch(args, world)
  return { code, ...written }
}

/** Runs a command line as a user would, in a process of its own. */
export function runProgram(args: readonly string[], options: Pick<RunOptions, 'env'> = {}): Promise<Ran> {
  return runNode(process.execPath, [program, ...args], options)
}

export async function runNode(
  node: string,
  args: readonly string[],
  { env = {} }: Pick<RunOptions, 'env'>,
): Promise<Ran> {
  const { PATH = '' } = process.env
  const child = spawn(node, args, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}
