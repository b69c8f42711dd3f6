import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Waits until nobody else holds the lock, does the work, and lets go; so does the kernel when we are killed. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(holder, 'exit')
  try {
    await Promise.race([once(holder.stdout, 'data'), ended.then(notLocked)])
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}

function notLocked([code]: readonly unknown[]): never {
  throw new Error(`flock: exit code ${code}`)
}
