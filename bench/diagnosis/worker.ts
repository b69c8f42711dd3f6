/**
 * Does one job of the table in a process of its own, so that what it says of memory is true:
 *
 *     node bench/diagnosis/worker.ts '{"is":"soak", …}'
 */
import { doJob } from './do-job.ts'
import { groupOf, type Job, keyOf } from './job.ts'

const everyMs = 30_000
const job: Job = JSON.parse(process.argv[2] ?? '')
let saidMs = performance.now()

const piece = doJob(job, (text) => {
  if (performance.now() - saidMs < everyMs) return
  saidMs = performance.now()
  process.stderr.write(`${groupOf(job)} seed ${keyOf(job)}: ${text}\n`)
})
process.stdout.write(JSON.stringify(piece))
