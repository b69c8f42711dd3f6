import type { Archive, Live } from '../sources.ts'
import { busy } from './refused-error.ts'

export interface QuestionLimits {
  /** How long an asker waits. */
  readonly deadlineMs: number
  /** So many questions may wait for the one that is being answered. */
  readonly waitingAtMost: number
}

const usualLimits: QuestionLimits = { deadlineMs: 20_000, waitingAtMost: 16 }
/** Answers are some megabytes in a large cluster. */
const rememberedAtMost = 8

export interface Questions extends Archive {
  close(): void
}

/**
 * The same archive for many askers: one question at a time, for whoever answers it judges rounds too; the same question
 * is asked once a round; and nobody waits for ever.
 */
export function createQuestions(archive: Archive, live: Live, limits = usualLimits): Questions {
  const remembered = new Map<string, Promise<unknown>>()
  const unfollow = live.onNews(() => remembered.clear())
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  /** In turn, also after an asker has gone: what is being answered keeps its place until it is done. */
  function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (waiting >= limits.waitingAtMost) throw busy('too many questions at once; ask again in a few seconds')
    waiting += 1
    const answer = last.then(ask, ask).finally(() => {
      waiting -= 1
    })
    last = answer.catch(() => undefined)
    return answer
  }

  async function asked<T>(ask: () => Promise<T>): Promise<T> {
    return await before(inTurn(ask), limits.deadlineMs)
  }

  async function once<T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key)
    const known = remembered.get(name) as Promise<T> | undefined
    if (known !== undefined) return await before(known, limits.deadlineMs)
    const answer = inTurn(ask)
    remembered.set(name, answer)
    answer.catch(() => remembered.get(name) === answer && remembered.delete(name))
    for (const oldest of remembered.keys()) if (remembered.size > rememberedAtMost) remembered.delete(oldest)
    return await before(answer, limits.deadlineMs)
  }

  return {
    matrix: (query) =>
      query.atMs === undefined
        ? once(['matrix', query], () => archive.matrix(query))
        : asked(() => archive.matrix(query)),
    nodes: () => once(['nodes'], () => archive.nodes()),
    pair: (source, target) => once(['pair', source, target], () => archive.pair(source, target)),
    history: (query) => asked(() => archive.history(query)),
    told: (id) => asked(() => archive.told(id)),
    rounds: () => asked(() => archive.rounds()),
    close() {
      unfollow()
      remembered.clear()
    },
  }
}

/** Rejects when it takes longer. The question itself goes on. */
export async function before<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(busy(`no answer within ${ms / 1000} s; ask again in a few seconds`)), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
