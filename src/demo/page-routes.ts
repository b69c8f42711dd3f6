import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Matrix } from '../model/matrix.ts'
import type { EventStream } from '../report/page-events.ts'
import { readPage } from '../report/page-files.ts'
import { matrixAnswer } from '../report/page-matrix.ts'
import { bodyOf } from './body.ts'
import type { FaultTable } from './fault-table.ts'
import { changeFaults, faultsJson } from './faults-json.ts'

export interface RouteParts {
  readonly faults: FaultTable
  readonly matrices: () => readonly Matrix[]
  readonly events: EventStream
}

export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Everything that can be asked for, by method and path. */
export function pageRoutes(parts: RouteParts): ReadonlyMap<string, Route> {
  const { faults, events } = parts
  const files = [...readPage()].map(([path, { type, text }]): [string, Route] => [
    `GET ${path}`,
    (_, response) => {
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(text)
    },
  ])
  return new Map<string, Route>([
    ...files,
    ['GET /page/matrix', (request, response) => sendMatrix(parts.matrices(), request, response)],
    [
      'GET /page/events',
      (request, response) => {
        if (!events.open(request, response)) sendError(response, 503, 'too many readers')
      },
    ],
    ['GET /demo/faults', (_, response) => void sendJson(response, 200, faultsJson(faults))],
    ['POST /demo/faults', (request, response) => change(faults, request, response)],
  ])
}

export function sendError(response: ServerResponse, status: number, error: string): void {
  sendJson(response, status, JSON.stringify({ error }))
}

function sendMatrix(matrices: readonly Matrix[], request: IncomingMessage, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '/', 'http://demo')
  const { etag, body } = matrixAnswer(matrices, searchParams)
  response.setHeader('etag', etag)
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
  else sendJson(response, 200, body)
}

async function change(faults: FaultTable, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const type = request.headers['content-type'] ?? ''
  // A form of another site can send anything but this without asking first.
  if (!type.startsWith('application/json')) return sendError(response, 415, 'expected application/json')
  const body = await bodyOf(request)
  if (body === undefined) return sendError(response, 413, 'expected less')
  try {
    changeFaults(faults, body)
  } catch (error) {
    return sendError(response, 400, error instanceof Error ? error.message : String(error))
  }
  sendJson(response, 200, faultsJson(faults))
}

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-cache' }).end(body)
}
