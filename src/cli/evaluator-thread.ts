/** The thread in which an aggregator judges. A file of its own, for a worker is told which file to run. */
import { parentPort, workerData } from 'node:worker_threads'

import { createEvaluator } from '../aggregator/evaluator.ts'
import { openHistory } from '../aggregator/history/history.ts'
import { serveEvaluator } from '../aggregator/thread/serve.ts'
import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import { createCollector } from './collect-garbage.ts'
import type { ThreadData } from './evaluator-worker.ts'

if (parentPort === null) throw new Error('expected to be a thread of `meshprobe aggregator`')
const port = parentPort
const { recorded, history } = workerData as ThreadData
const evaluator = createEvaluator({
  diagnosis: createDiagnosis(),
  recorded,
  history:
    history && openHistory({ ...history, wallMs: Date.now, log: (line) => port.postMessage({ kind: 'log', line }) }),
  wallMs: Date.now,
  collect: createCollector(),
  onUnread: (node) => port.postMessage({ kind: 'unread', node }),
})
await serveEvaluator(port, evaluator, () => performance.now())
evaluator.close()
port.close()
