import type { IncomingMessage, ServerResponse } from 'node:http'

import { apiPaths } from '../../model/api.ts'
import { demandAccess, demandLocalName } from './access.ts'
import type { EventStream } from './event-stream.ts'
import { openapi } from './openapi.ts'
import { before } from './questions.ts'
import { busy, RefusedError } from './refused-error.ts'
import { sendJson, sendRefusal, sendText } from './reply.ts'
import { restOf } from './route.ts'
import { routes } from './routes.ts'
import type { ApiParts } from './server.ts'

export interface HandlerParts extends Omit<ApiParts, 'addresses' | 'port'> {
  readonly events: EventStream
  readonly download: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Whether only this machine reaches the listener. */
  readonly isLocal: boolean
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Names with slashes come percent-encoded, three letters for one. */
const urlAtMost = 4096
/** An answer has to be taken within this; a download of some megabytes through a slow tunnel too. */
const usualAnswerMs = 120_000
const metricsMs = 10_000

/** Answers one request, whatever it is. Never rejects. */
export function createHandler(parts: HandlerParts, answerMs = usualAnswerMs) {
  const open = openPages(parts)
  const closed = closedPages(parts)
  const { live, archive, mayRead, isLocal, wallMs = Date.now } = parts

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, search } = addressOf(request)
    if (isLocal) demandLocalName(request.headers.host)
    const page = open.get(path)
    if (page !== undefined) return await page(request, response)
    if (mayRead !== undefined) await demandAccess(mayRead, request.headers.authorization)
    const serve = closed.get(path)
    if (serve !== undefined) return await serve(request, response)
    for (const route of routes) {
      const rest = restOf(route, path)
      if (rest === undefined) continue
      const asked = { live, archive, rest, nowMs: wallMs() }
      return await sendJson(request, response, await route.run(search, asked))
    }
    throw new RefusedError(404, `no such page; known: ${Object.keys(openapi.paths).join(' ')}`)
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('x-content-type-options', 'nosniff')
    // What a reader sends beside the question is not waited for.
    if (hasBody(request)) response.setHeader('connection', 'close')
    // Readers of events have limits of their own.
    const late = isEvents(request) ? undefined : setTimeout(() => response.destroy(), answerMs)
    response.once('close', () => clearTimeout(late))
    try {
      await answer(request, response)
    } catch (error) {
      // An answer cut short by its reader is the reader's business.
      if (response.headersSent || response.destroyed) response.destroy()
      else sendRefusal(response, asRefused(error))
    }
  }
}

/** What everybody may read, also where the rest needs a token: it says nothing of the cluster's inside. */
function openPages({ ready, metrics }: HandlerParts): ReadonlyMap<string, Serve> {
  return new Map<string, Serve>([
    ['/livez', (request, response) => sendText(request, response, 'ok\n')],
    [
      '/readyz',
      async (request, response) => {
        const hindered = ready()
        if (hindered !== undefined) throw busy(`not ready: ${hindered}`)
        await sendText(request, response, 'ok\n')
      },
    ],
    [
      '/metrics',
      async (request, response) => {
        const { contentType, text } = await before(metrics(), metricsMs)
        await sendText(request, response, text, contentType)
      },
    ],
  ])
}

function closedPages({ events, download }: HandlerParts): ReadonlyMap<string, Serve> {
  return new Map<string, Serve>([
    ['/', (request, response) => sendText(request, response, index())],
    [apiPaths.openapi, (request, response) => sendJson(request, response, openapi)],
    [apiPaths.rounds, download],
    [apiPaths.events, events.open],
  ])
}

function index(): string {
  const lines = Object.entries(openapi.paths).map(([path, { get }]) => `${path}\n    ${get.summary}\n`)
  return `meshprobe aggregator\n\n${lines.join('')}`
}

function addressOf({ method, url = '/' }: IncomingMessage) {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new RefusedError(405, `${method}: expected GET or HEAD; nothing here is written`, { allow: 'GET, HEAD' })
  }
  if (url.length > urlAtMost) throw new RefusedError(414, `expected an address of at most ${urlAtMost} bytes`)
  const mark = url.indexOf('?')
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  return { path, search: new URLSearchParams(query) }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function isEvents({ url }: IncomingMessage): boolean {
  return url?.split('?')[0] === apiPaths.events
}

function asRefused(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error
  return new RefusedError(500, `it could not be answered: ${error instanceof Error ? error.message : String(error)}`)
}
