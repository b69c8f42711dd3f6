import { setTimeout as sleep } from 'node:timers/promises'

import { apiPaths, type FindingsAnswer, type Standing } from '../../../src/model/api.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Place } from '../faults/scene.ts'
import { until } from '../lab/until.ts'
import { urlOf } from './ask-aggregator.ts'
import { serverSentEvents } from './server-sent.ts'
import { changesOf, type Telling } from './telling.ts'

const againMs = 500

export interface FindingsWatch {
  /** Everything that any of them said since it was followed, in the order in which we heard it. */
  told(): readonly Telling[]
  /** What each says at this moment; those that have not answered yet are left out. */
  now(): readonly Saying[]
  /** Listens to these from now on; what others said is kept. */
  follow(aggregators: readonly Place[]): void
  /** Waits until everyone has answered and nobody says anything. Throws with what is still said. */
  untilQuiet(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

export interface Saying {
  readonly by: Place
  readonly standing: Standing
  readonly findings: readonly Finding[]
}

interface Followed {
  readonly by: Place
  readonly stopping: AbortController
  readonly done: Promise<void>
  latest?: Pick<Saying, 'standing' | 'findings'>
}

/** Hears what aggregators say over the operator's own links, which no fault touches. */
export function watchFindings(): FindingsWatch {
  const followed = new Map<string, Followed>()
  const tellings: Telling[] = []

  function begin(by: Place): Followed {
    const stopping = new AbortController()
    const one: Followed = { by, stopping, done: keepListening(by, stopping.signal, note) }
    return one
  }

  function note(by: Place, { standing, findings }: Partial<FindingsAnswer>): void {
    const one = followed.get(keyOf(by))
    if (one === undefined) return
    const before = one.latest?.findings ?? []
    const now = findings ?? before
    tellings.push(...changesOf({ atMs: Date.now(), by, before, now }))
    const known = standing ?? one.latest?.standing
    if (known !== undefined) one.latest = { standing: known, findings: now }
  }

  function now(): readonly Saying[] {
    return [...followed.values()].flatMap(({ by, latest }) => (latest === undefined ? [] : [{ by, ...latest }]))
  }

  /** What keeps them from being quiet, in a sentence. */
  function noise(): string {
    const sayings = now()
    const judging = sayings.filter(({ standing }) => standing.judgedAt !== undefined).length
    if (judging < followed.size) return `${followed.size - judging} of ${followed.size} judge nothing yet`
    return sayings
      .flatMap(({ by, findings }) => findings.map(({ text, state }) => `${by.host} says, ${state}: ${text}`))
      .join('; ')
  }

  return {
    now,
    told: () => tellings,
    follow(aggregators) {
      const wanted = new Map(aggregators.map((place) => [keyOf(place), place]))
      for (const [key, { stopping }] of followed) {
        if (wanted.has(key)) continue
        stopping.abort()
        followed.delete(key)
      }
      for (const [key, place] of wanted) if (!followed.has(key)) followed.set(key, begin(place))
    },
    async untilQuiet(timeoutMs) {
      const quiet = async () => (noise() === '' ? (true as const) : undefined)
      await until({ what: 'silence of all aggregators', timeoutMs }, quiet).catch((error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : error}: ${noise()}`)
      })
    },
    async close() {
      const all = [...followed.values()]
      followed.clear()
      for (const { stopping } of all) stopping.abort()
      await Promise.all(all.map(({ done }) => done))
    },
  }
}

type Note = (by: Place, said: Partial<FindingsAnswer>) => void

/** As long as it is followed; one that does not answer is asked again. */
async function keepListening(by: Place, signal: AbortSignal, note: Note): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { event, data } of serverSentEvents(urlOf(by, apiPaths.events), signal)) {
        if (event === 'findings') note(by, data as FindingsAnswer)
        else if (event === 'round') note(by, { standing: data as Standing })
      }
    } catch {
      // It starts, ends, or hangs: that it says nothing is what the tests then see.
    }
    await sleep(againMs, undefined, { signal }).catch(() => undefined)
  }
}

function keyOf({ pod = '', uid = '' }: Place): string {
  return `${pod}/${uid}`
}
