import { isDeepStrictEqual } from 'node:util'

import type { Finding } from '../../model/finding.ts'
import type { ViewLine } from '../../model/recording.ts'
import type { Kept } from '../evaluator.ts'
import type { Judge } from '../judging.ts'
import { packInput } from '../packed-input.ts'
import type { Archive } from '../sources.ts'
import type { ToldRound } from '../told-round.ts'
import type { Port, Question, Reply } from './messages.ts'

/** The evaluator in its thread, as if it were here. */
export interface EvaluatorProxy {
  readonly judge: Judge<ToldRound>
  readonly archive: Archive
  /** As it was after the last round. */
  kept(): Kept
  /** How long the last round was judged, in the thread itself. */
  tookMs(): number
  /** Asks it to end. What is unanswered stays so. */
  close(): void
  /** The thread is gone: whoever waits for it hears why. */
  fail(error: Error): void
}

export interface ProxyParts {
  readonly port: Port
  readonly log: (line: string) => void
  /** Hears of an agent that told something that is no round. */
  readonly onUnread: (node: string) => void
  /** Hears that no answer came in time: the thread is stuck. */
  readonly onStuck: (error: Error) => void
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

/** A round of 10,000 nodes takes eight seconds at worst; an asker has gone long before. */
const judgedWithinMs = 300_000
const answeredWithinMs = 60_000

export function createEvaluatorProxy({ port, log, onUnread, onStuck }: ProxyParts): EvaluatorProxy {
  const waiting = new Map<number, Waiting>()
  let kept: Kept = { recordingBytes: 0, historyBytes: 0 }
  let tookMs = 0
  let lastId = 0
  let failure: Error | undefined
  let sentView: ViewLine | undefined

  function ask(question: (id: number) => Question, withinMs: number, onLate: (error: Error) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      lastId += 1
      const id = lastId
      const timer = setTimeout(() => {
        waiting.delete(id)
        const error = new Error(`the thread that judges has not answered within ${withinMs / 1000} s`)
        reject(error)
        onLate(error)
      }, withinMs)
      waiting.set(id, { resolve, reject, timer })
      const asked = question(id)
      port.postMessage(asked, asked.kind === 'observe' ? [asked.input.packed.buffer] : [])
    })
  }

  function settle(id: number, act: (one: Waiting) => void): void {
    const one = waiting.get(id)
    if (one === undefined) return
    clearTimeout(one.timer)
    waiting.delete(id)
    act(one)
  }

  port.on('message', (message) => {
    const reply = message as Reply
    if (reply.kind === 'log') log(reply.line)
    else if (reply.kind === 'unread') onUnread(reply.node)
    else if (reply.kind === 'kept') kept = reply.kept
    else if (reply.kind === 'failed') settle(reply.id, ({ reject }) => reject(reply.error))
    else if (reply.kind === 'answer') settle(reply.id, ({ resolve }) => resolve(reply.answer))
    else {
      tookMs = reply.tookMs
      settle(reply.id, ({ resolve }) => resolve(reply.findings))
    }
  })

  const question = (name: keyof Archive, ...given: readonly unknown[]): Promise<never> =>
    ask(
      (id) => ({ kind: 'ask', id, name, given }),
      answeredWithinMs,
      () => {},
    ) as Promise<never>

  return {
    judge: {
      observe(assembled) {
        const { view, ...input } = packInput(assembled)
        const isKnown = sentView !== undefined && isSame(sentView, view)
        sentView = view
        const sent = { ...input, view: isKnown ? undefined : view }
        return ask((id) => ({ kind: 'observe', id, input: sent }), judgedWithinMs, onStuck) as Promise<
          readonly Finding[]
        >
      },
    },
    archive: {
      matrix: (query) => question('matrix', query),
      nodes: () => question('nodes'),
      pair: (source, target) => question('pair', source, target),
      history: (query) => question('history', query),
      told: (id) => question('told', id),
      rounds: () => question('rounds'),
    },
    kept: () => kept,
    tookMs: () => tookMs,
    close: () => port.postMessage({ kind: 'close' } satisfies Question, []),
    fail(error) {
      failure ??= error
      for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(error))
    },
  }
}

/** The census gives the same objects until something changes. */
function isSame(a: ViewLine, b: ViewLine): boolean {
  if (a.viewHash !== b.viewHash) return false
  const isSameList = (x: readonly unknown[], y: readonly unknown[]) => x === y || isDeepStrictEqual(x, y)
  return isSameList(a.nodes, b.nodes) && isSameList(a.replicas, b.replicas)
}
