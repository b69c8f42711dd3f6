import { createReadStream } from 'node:fs'

import type { World } from './command.ts'
import { UsageError } from './usage-error.ts'

/** The bytes of a file; of what is piped in for `-`. */
export async function* inputChunks(
  path: string,
  { stdin, signal }: Pick<World, 'stdin' | 'signal'>,
): AsyncGenerator<Buffer> {
  if (path === '-') {
    yield* piped(stdin, signal)
    return
  }
  try {
    yield* createReadStream(path, { signal })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (signal.aborted || !/^E[A-Z]+$/.test(code)) throw signal.aborted ? signal.reason : error
    throw new UsageError(`--input: ${path} cannot be read (${code})`, { cause: error })
  }
}

async function* piped(stdin: World['stdin'], signal: AbortSignal): AsyncGenerator<Buffer> {
  if (stdin.isTTY) throw new UsageError('--input -: expected a recording from a pipe, got a terminal')
  const waiting: Buffer[] = []
  let ended = false
  let wake = () => {}
  const onData = (chunk: Buffer) => {
    waiting.push(chunk)
    stdin.pause()
    wake()
  }
  const onEnd = () => {
    ended = true
    wake()
  }
  stdin.on('data', onData)
  stdin.on('end', onEnd)
  signal.addEventListener('abort', onEnd, { once: true })
  try {
    while (!ended || waiting.length > 0) {
      const chunk = waiting.shift()
      if (chunk !== undefined) {
        yield chunk
        continue
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      stdin.resume()
      await woken
    }
    signal.throwIfAborted()
  } finally {
    stdin.off('data', onData)
    stdin.off('end', onEnd)
    signal.removeEventListener('abort', onEnd)
    stdin.pause()
  }
}
