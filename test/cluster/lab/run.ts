import { type ChildProcess, spawn } from 'node:child_process'

export interface RunOptions {
  /** A network namespace to run in; none is the caller's own. */
  readonly netns?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const outputAtMost = 64 * 1024 * 1024
const timeoutMsAtMost = 120_000

/** What a program printed. Throws, with its last lines, when it fails or takes longer than two minutes. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, stderr, code } = await attempt(program, args, options)
  if (code === 0) return stdout
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n')
  throw new Error(`${[program, ...args].join(' ').slice(0, 300)}: exit code ${code}\n${said}`)
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | string
}

/** Runs a program to its end, whatever that is. */
export function attempt(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [command = program, ...rest] = within(options.netns, [program, ...args])
  const child = spawn(command, rest, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? timeoutMsAtMost,
    killSignal: 'SIGKILL',
    signal: options.signal,
  })
  // A program that does not read its input to the end says itself what is wrong with it.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  return ended(child, program)
}

/**
 * `ip netns exec` would mount /sys anew and hide the cgroups; so only the network namespace is entered. nsenter becomes
 * the program, so its process id is the program's.
 */
export function within(netns: string | undefined, command: readonly string[]): readonly string[] {
  return netns === undefined ? command : ['nsenter', `--net=/run/netns/${netns}`, '--', ...command]
}

function ended(child: ChildProcess, program: string): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      if (said[stream].length < outputAtMost) said[stream] += text
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`${program} is not installed`) : error)
    })
    child.once('close', (code, signal) => resolve({ ...said, code: code ?? signal ?? 'unknown' }))
  })
}
