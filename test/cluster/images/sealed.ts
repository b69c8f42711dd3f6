import { type RunOptions, run } from '../lab/run.ts'

/**
 * Runs a program in mount and process namespaces of its own that end with it, and with us: however a build ends, no
 * mount and no process of it is left.
 */
export function sealed(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const own = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  return run('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...own, program, ...args], options)
}
