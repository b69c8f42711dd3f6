import type { Judged } from '../aggregator/judging.ts'
import { createNews } from '../aggregator/news.ts'
import type { Live } from '../aggregator/sources.ts'
import type { ToldRound } from '../aggregator/told-round.ts'

export interface Told {
  note(judged: Judged<ToldRound>): void
  readonly live: Live
}

export interface ToldParts {
  readonly roundSeconds: number
  readonly agents: number
  readonly version: string
}

/** What the demo's only aggregator says of itself and of the last round that it judged. */
export function createTold({ roundSeconds, agents, version }: ToldParts): Told {
  const news = createNews()
  let last: { readonly judged: Judged<ToldRound>; readonly at: string } | undefined
  return {
    note(judged) {
      last = { judged, at: new Date().toISOString() }
      news.tell()
    },
    live: {
      standing: () => ({
        ...{ cluster: 'demo', replica: 'demo', leader: 'demo', version, roundSeconds, nodes: agents, agents },
        ...(last && { round: last.judged.input.round, judgedAt: last.at }),
        heard: last?.judged.input.heard ?? 0,
        troubles: [],
      }),
      findings: () => (last?.judged.findings ?? []).filter(({ state }) => state !== 'closed'),
      onNews: news.onNews,
    },
  }
}
