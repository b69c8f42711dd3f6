import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'

import type { HistoryOptions } from '../aggregator/history/history.ts'
import type { RecordingLimits } from '../aggregator/recording.ts'
import { createEvaluatorProxy, type EvaluatorProxy, type ProxyParts } from '../aggregator/thread/evaluator-proxy.ts'

/** What the thread is given when it starts. */
export interface ThreadData {
  readonly recorded: RecordingLimits
  /** Undefined keeps none. */
  readonly history: Pick<HistoryOptions, 'file' | 'keepMs' | 'bytesAtMost'> | undefined
}

export interface EvaluatorWorker extends Omit<EvaluatorProxy, 'close' | 'fail'> {
  /** Rejects with a sentence when the thread ends by itself. */
  readonly done: Promise<void>
  /** Resolves when it has let go of its files, or was ended. */
  close(): Promise<void>
}

/** The bundle has it beside itself, as JavaScript. */
const threadFile = import.meta.url.endsWith('.ts') ? './evaluator-thread.ts' : './evaluator-thread.js'
/** Of the thread alone. It needs 200 MiB for 5,000 nodes; what wants more is broken, and is started anew. */
const heapMiB = 384
/** Is filled before it is collected, and what is garbage by then costs nothing: a round leaves 500 MB of that. */
const semiSpaceMiB = 2
const closesWithinMs = 5000

/**
 * The image runs agents, which do little, with as little memory as there can be: a diagnosis takes three times as long
 * then. Its heap may grow by a third before it is collected: by a fifth, that takes as long as all the rest.
 */
function preferSpeed(): void {
  setFlagsFromString('--no-optimize-for-size')
  // The image's own would hold for the thread as well, whatever its limits are.
  for (const end of ['min', 'max']) setFlagsFromString(`--${end}-semi-space-size=${semiSpaceMiB}`)
  setFlagsFromString('--heap-growing-percent=30')
}

/** Starts the thread that judges. */
export function startEvaluator(data: ThreadData, hears: Pick<ProxyParts, 'log' | 'onUnread'>): EvaluatorWorker {
  preferSpeed()
  const worker = new Worker(new URL(threadFile, import.meta.url), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  })
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  let isClosing = false
  const fail = (why: string, cause?: unknown) => {
    const error = new Error(`the thread that judges has ended: ${why}`, { cause })
    proxy.fail(error)
    if (isClosing) resolve()
    else reject(error)
  }
  const proxy = createEvaluatorProxy({
    port: worker,
    ...hears,
    onStuck(error) {
      fail(error.message)
      void worker.terminate()
    },
  })
  worker.on('error', (error) => fail(messageOf(error), error))
  worker.on('exit', (code) => fail(`exit code ${code}`))
  // Who is told of it waits for it; until then it is no surprise.
  done.catch(() => undefined)
  return {
    ...proxy,
    done,
    async close() {
      isClosing = true
      const exited = worker.threadId === -1 ? undefined : once(worker, 'exit')
      proxy.close()
      const timer = setTimeout(() => void worker.terminate(), closesWithinMs)
      await exited
      clearTimeout(timer)
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
