import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import type { Matrix } from '../model/matrix.ts'
import { createEventStream } from '../report/page-events.ts'
import { readPage } from '../report/page-files.ts'
import { matrixAnswer } from '../report/page-matrix.ts'
import { bodyOf } from './body.ts'
import type { FaultTable } from './fault-table.ts'
import { changeFaults, faultsJson } from './faults-json.ts'
import { strangerBy } from './same-origin.ts'
import { listenOn } from './services/listener.ts'

export interface PageParts {
  readonly port: number
  readonly faults: FaultTable
  readonly matrices: () => readonly Matrix[]
}

export interface PageServer {
  readonly port: number
  /** Tells every open page that there are new matrices. */
  news(): void
  close(): Promise<void>
}

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const always = { 'content-security-policy': csp, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/** The page, its data and the switches of the demo: on loopback only, for this machine's own pages and programs. */
export async function openPage(parts: PageParts): Promise<PageServer> {
  const { faults } = parts
  const events = createEventStream()
  const files = readPage()
  const server = createServer({ maxHeaderSize: 8192, requestTimeout: 5000 }, (request, response) => {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = strangerBy(request)
    if (stranger !== undefined) return say(response, 403, { error: stranger })
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://demo')
    const asked = `${request.method} ${pathname}`
    if (asked === 'POST /demo/faults') return change(request, response)
    if (request.method !== 'GET') return say(response, 405, { error: 'only GET, and POST /demo/faults' })
    if (pathname === '/demo/faults') return void json(response, 200).end(faultsJson(faults))
    if (pathname === '/api/v1/matrix') return matrix(request, response, searchParams)
    if (pathname === '/api/v1/events') {
      if (!events.open(request, response)) say(response, 503, { error: 'too many readers' })
      return
    }
    const file = files.get(pathname)
    if (file === undefined) return say(response, 404, { error: 'no such page' })
    response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache' }).end(file.text)
  }

  async function change(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const type = request.headers['content-type'] ?? ''
    if (!type.startsWith('application/json')) return say(response, 415, { error: 'expected application/json' })
    const body = await bodyOf(request)
    if (body === undefined) return say(response, 413, { error: 'expected less' })
    try {
      changeFaults(faults, body)
    } catch (error) {
      return say(response, 400, { error: error instanceof Error ? error.message : String(error) })
    }
    json(response, 200).end(faultsJson(faults))
  }

  function matrix(request: IncomingMessage, response: ServerResponse, wanted: URLSearchParams): void {
    const { etag, body } = matrixAnswer(parts.matrices(), wanted)
    response.setHeader('etag', etag)
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
    else json(response, 200).end(body)
  }

  const unfollow = faults.onChange(() => events.send('faults'))
  const running = await listenOn(server, '127.0.0.1', parts.port)
  return {
    port: running.port,
    news: () => events.send('matrix'),
    async close() {
      unfollow()
      events.close()
      await running.close()
    },
  }
}

function json(response: ServerResponse, status: number): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-cache' })
}

function say(response: ServerResponse, status: number, what: { readonly error: string }): void {
  json(response, status).end(JSON.stringify(what))
}
