import type { ViewLine } from '../../model/recording.ts'
import type { Evaluator } from '../evaluator.ts'
import type { PackedInput } from '../packed-input.ts'
import type { Archive } from '../sources.ts'
import type { Port, Question, Reply, SentInput } from './messages.ts'

/** Judges and answers what comes through the port, one after another; resolves when the other end wants no more. */
export function serveEvaluator(port: Port, evaluator: Evaluator, nowMs: () => number): Promise<void> {
  const tell = (reply: Reply, moved: ArrayBuffer[] = []) => port.postMessage(reply, moved)
  const restore = createViews()

  function observe(id: number, sent: SentInput): void {
    const beganMs = nowMs()
    const findings = evaluator.observe(restore(sent))
    tell({ kind: 'findings', id, findings, tookMs: nowMs() - beganMs })
    evaluator.tidy()
    tell({ kind: 'kept', kept: evaluator.kept() })
  }

  async function answer(id: number, name: keyof Archive, given: readonly unknown[]): Promise<void> {
    try {
      const ask = evaluator.archive[name] as (...given: readonly unknown[]) => Promise<unknown>
      const told = await ask(...given)
      tell({ kind: 'answer', id, answer: told }, told instanceof Uint8Array ? buffersOf(told) : [])
    } catch (error) {
      tell({ kind: 'failed', id, error })
    }
  }

  return new Promise((resolve) => {
    port.on('message', (message) => {
      const question = message as Question
      if (question.kind === 'observe') observe(question.id, question.input)
      else if (question.kind === 'ask') void answer(question.id, question.name, question.given)
      else resolve()
    })
  })
}

/** Puts back the view that was left out. */
function createViews(): (sent: SentInput) => PackedInput {
  let last: ViewLine | undefined
  return ({ view, ...input }) => {
    last = view ?? last
    if (last === undefined) throw new Error('expected a view with the first round')
    return { ...input, view: { ...last, round: input.round } }
  }
}

/** What is moved instead of copied; a part of a larger buffer cannot be. */
function buffersOf({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
}
