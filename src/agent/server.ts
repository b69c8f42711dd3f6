import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

import { roundsPath } from '../model/pull.ts'
import { listenOnAll } from '../serving/listen-on-all.ts'
import type { Readers } from './readers.ts'
import type { Cursor, RoundStore } from './round-store.ts'

const compress = promisify(gzip)
const pollMs = 30_000
const readersAtMost = 16
// Idle for longer than a poll takes.
const bounds = { headerBytes: 8192, connections: 64, idleMs: pollMs + 15_000 }

export interface ServerParts {
  readonly addresses: readonly string[]
  readonly port: number
  readonly rounds: RoundStore
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** Whether a token lets its bearer read our rounds. */
  readonly mayRead: (token: string) => boolean
  readonly ready: () => boolean
  /** Told of everybody who may read our rounds. */
  readonly readers: Readers
}

export interface AgentServer {
  readonly port: number
  close(): Promise<void>
}

/** Metrics, health and rounds. Health never looks at results, peers or the API: a bad network must not restart us. */
export async function openAgentServer(parts: ServerParts): Promise<AgentServer> {
  const closing = new AbortController()
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    // An answer cut short by its reader is the reader's business.
    handle(parts, closing.signal, request, response).catch(() => response.destroy())
  }
  const { port, close } = await listenOnAll(parts.addresses, parts.port, bounds, answer)
  return {
    port,
    async close() {
      closing.abort()
      await close()
    },
  }
}

async function handle(
  parts: ServerParts,
  closing: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent')
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'only GET\n')
  if (url.pathname === '/livez') return say(response, 200, 'ok\n')
  if (url.pathname === '/readyz') return parts.ready() ? say(response, 200, 'ok\n') : say(response, 503, 'not ready\n')
  if (url.pathname === '/metrics') {
    const { contentType, text } = await parts.metrics()
    return send(request, response, contentType, text)
  }
  if (url.pathname !== roundsPath)
    return say(response, 404, `no such page; known: /metrics /livez /readyz ${roundsPath}\n`)
  const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
  if (!parts.mayRead(token)) return say(response, 401, 'a token of the mesh key is needed\n')
  if (parts.readers.count() >= readersAtMost) return say(response, 503, 'too many readers\n')
  parts.readers.began()
  try {
    await serveRounds(parts.rounds, cursorOf(url), closing, request, response)
  } finally {
    parts.readers.ended()
  }
}

/** Waits for a round that the reader does not have, for 30 s at most: then an empty answer. */
async function serveRounds(
  rounds: RoundStore,
  cursor: Cursor,
  closing: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (rounds.after(cursor).length === 0) {
    const enough = new AbortController()
    const stop = () => enough.abort()
    const timer = setTimeout(stop, pollMs)
    closing.addEventListener('abort', stop, { once: true })
    response.once('close', stop)
    await rounds.next(enough.signal)
    clearTimeout(timer)
    closing.removeEventListener('abort', stop)
  }
  const lines = rounds.after(cursor).map((round) => `${JSON.stringify(round)}\n`)
  await send(request, response, 'application/x-ndjson', lines.join(''))
}

function cursorOf({ searchParams }: URL): Cursor {
  return { bootId: searchParams.get('boot') ?? '', seq: Number(searchParams.get('after') ?? -1) }
}

async function send(request: IncomingMessage, response: ServerResponse, type: string, text: string): Promise<void> {
  const zip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) && text.length > 1024
  const body = zip ? await compress(text) : text
  response.writeHead(200, { 'content-type': type, ...(zip && { 'content-encoding': 'gzip' }) }).end(body)
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
