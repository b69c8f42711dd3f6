import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const file = '/tmp/nginx.conf'
const next = `${file}.next`

export interface Nginx {
  /** Throws, and changes nothing, when nginx does not accept it. */
  configure(text: string): Promise<void>
  /** Finishes what is being answered, then ends. */
  stop(): void
  readonly ended: Promise<void>
}

export async function startNginx(text: string): Promise<Nginx> {
  await accept(text)
  const child = spawn('nginx', ['-e', 'stderr', '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] })
  return {
    async configure(text) {
      await accept(text)
      child.kill('SIGHUP')
    },
    stop: () => child.kill('SIGQUIT'),
    ended: ended(child),
  }
}

async function accept(text: string): Promise<void> {
  await writeFile(next, text)
  await promisify(execFile)('nginx', ['-t', '-q', '-e', 'stderr', '-c', next])
  await rename(next, file)
}

async function ended(child: ChildProcess): Promise<void> {
  await once(child, 'exit')
}
