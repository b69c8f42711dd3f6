import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { codeOf } from './code.ts'
import { groupOf, type Job, keyOf } from './job.ts'
import type { Piece } from './piece.ts'
import { keepPiece, readResults } from './results.ts'

const worker = join(import.meta.dirname, 'worker.ts')

/** Does what is not done yet, so many jobs at a time, and keeps each result at once. */
export async function doAll(jobs: readonly Job[], atOnce: number, again: boolean): Promise<void> {
  const results = readResults()
  const isDone = (job: Job) => results[groupOf(job)]?.[keyOf(job)]?.code === codeOf(job)
  const open = jobs.filter((job) => again || !isDone(job))
  process.stderr.write(`${open.length} of ${jobs.length} pieces to measure\n`)
  const queue = open.entries()

  async function workOff(): Promise<void> {
    for (const [index, job] of queue) {
      const what = `${index + 1} of ${open.length}: ${groupOf(job)} seed ${keyOf(job)}`
      process.stderr.write(`${what} …\n`)
      const piece = await doElsewhere(job)
      keepPiece(groupOf(job), keyOf(job), piece)
      process.stderr.write(`${what} took ${piece.minutes.toFixed(1)} min\n`)
    }
  }

  await Promise.all(Array.from({ length: atOnce }, workOff))
}

async function doElsewhere(job: Job): Promise<Piece> {
  const child = spawn(process.execPath, [worker, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = () => child.kill()
  process.once('exit', stop)
  try {
    return JSON.parse(await text(child.stdout))
  } catch (error) {
    throw new Error(`${groupOf(job)} seed ${keyOf(job)} came to nothing`, { cause: error })
  } finally {
    process.off('exit', stop)
  }
}
