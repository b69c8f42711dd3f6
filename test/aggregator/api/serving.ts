import { type IncomingHttpHeaders, request } from 'node:http'

import type { Test } from 'tap'

import { type ApiParts, openApi } from '../../../src/aggregator/api/server.ts'
import { freshRounds } from '../../../src/aggregator/archive/fresh-rounds.ts'
import { allMatrices } from '../../../src/aggregator/archive/live-matrices.ts'
import type { Archive, Live } from '../../../src/aggregator/sources.ts'
import type { Standing } from '../../../src/model/api.ts'
import type { Finding } from '../../../src/model/finding.ts'
import { archiveOf, newestEndMs, simulated } from '../archive/simulated.ts'
import { fastDir, historyIn } from '../history/histories.ts'

/** What an aggregator knows at this moment, to be changed by a test. */
export interface LiveState extends Live {
  findingsNow: readonly Finding[]
  standingNow: Standing
  /** A round was judged. */
  news(): void
  listeners(): number
}

const standing: Standing = {
  ...{ cluster: 'test', replica: 'aggregator-0', leader: 'aggregator-1', version: '0.1.0' },
  ...{ round: 7, judgedAt: '2026-01-05T10:00:00.000Z', roundSeconds: 10, nodes: 12, agents: 12, heard: 11 },
  troubles: ['history: the disk is full'],
}

export function liveOf(findings: readonly Finding[]): LiveState {
  const listeners = new Set<() => void>()
  const live: LiveState = {
    ...{ findingsNow: findings, standingNow: standing },
    standing: () => live.standingNow,
    findings: () => live.findingsNow,
    onNews(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    news: () => {
      for (const listener of listeners) listener()
    },
    listeners: () => listeners.size,
  }
  return live
}

/** The API of an aggregator that has judged a cluster with a broken node, with its history, on a real port. */
export async function serving(
  t: Test,
  overrides: Partial<ApiParts> & { readonly withArchive?: Partial<Archive> } = {},
) {
  const { withArchive, ...parts } = overrides
  const { inputs, findings, cut } = simulated()
  const { history } = historyIn(t, fastDir(t))
  const fresh = freshRounds(inputs, 3, newestEndMs(inputs))
  const before = newestEndMs(inputs) - 3_600_000
  history.noteMatrices(before, fresh === undefined ? [] : allMatrices(fresh))
  const old = findings.map((finding) => ({ ...finding, id: `old-${finding.id}` }))
  history.noteFindings(before, [...findings, ...old])
  history.noteFindings(newestEndMs(inputs), [...findings, ...old.map((one) => ({ ...one, state: 'closed' as const }))])
  const { archive, nowMs, asked } = archiveOf(inputs, { findings, history })
  const live = liveOf(findings)
  const server = await openApi({
    ...{ addresses: ['127.0.0.1'], port: 0, live, archive: { ...archive, ...withArchive }, wallMs: () => nowMs },
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: `up 1\n${'# '.repeat(2000)}` }),
    ...{ ready: () => undefined, ...parts },
  })
  t.teardown(() => server.close())
  const get = (path: string, options: Asking = {}) => ask(server.port, path, options)
  return { server, live, archive, inputs, findings, cut, asked, nowMs, before, get }
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly host?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  /** What the text is as JSON. */
  readonly json: () => unknown
}

/** Asks once over a connection of its own; not `fetch`, which would unzip and send headers of its own. */
export function ask(port: number, path: string, { method = 'GET', headers = {}, body, host }: Asking = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const asking = request({ host: host ?? '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('error', reject)
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        resolve({
          ...{ status: response.statusCode ?? 0, headers: response.headers, bytes, text },
          json: () => JSON.parse(text),
        })
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })
}
