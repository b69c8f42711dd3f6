import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

import { makeCertificate } from './certificates.ts'

export type Answer = (response: ServerResponse, request: IncomingMessage) => void

export interface SeenRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

export interface ScriptedApi {
  readonly port: number
  /** PEM of who signed the server's certificate. */
  readonly ca: string
  readonly requests: readonly SeenRequest[]
  /** Answers for paths that end with `path`, one after the other, the last of them ever after. Elsewhere nothing exists. */
  script(path: string, ...answers: readonly Answer[]): void
  requestsFor(path: string): readonly SeenRequest[]
  /** Connections accepted so far, and those of them still open. */
  accepted(): number
  open(): number
  close(): Promise<void>
}

/** A real HTTPS server on loopback that says what a test tells it to. */
export async function startApi(): Promise<ScriptedApi> {
  const { key, cert } = makeCertificate({ name: 'kubernetes', altNames: ['IP:127.0.0.1'] })
  const requests: SeenRequest[] = []
  const scripts = new Map<string, Answer[]>()
  const sockets = new Set<Socket>()
  let accepted = 0
  const server = createServer({ key, cert }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://kubernetes')
    requests.push({ path: pathname, query: searchParams, headers: request.headers })
    const answers = [...scripts].find(([path]) => pathname.endsWith(path))?.[1] ?? []
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer !== undefined) answer(response, request)
    else if (pathname.endsWith('/endpointslices')) json(recorded('empty-list'))(response, request)
    else refuse(404)(response, request)
  })
  server.on('connection', (socket) => {
    accepted += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // Longer than any test: who leaves a connection open is found out.
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    ca: cert,
    requests,
    script: (path, ...answers) => void scripts.set(path, [...answers]),
    requestsFor: (path) => requests.filter((request) => request.path.endsWith(path)),
    accepted: () => accepted,
    open: () => sockets.size,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

export function json(body: unknown): Answer {
  return (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

/** As the API server answers from 128 kB on, when it is asked to. */
export function gzipped(body: unknown): Answer {
  const bytes = gzipSync(JSON.stringify(body))
  return (response) => response.setHeader('content-encoding', 'gzip').end(bytes)
}

export function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../discovery/recorded/${name}.json`, import.meta.url), 'utf8'))
}

/** A Status object, as every error of the API server is. */
export function refuse(code: number, { retryAfter, message = `refused with ${code}` }: Refusal = {}): Answer {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
  return (response, request) => {
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
    response.statusCode = code
    json(status)(response, request)
  }
}

interface Refusal {
  /** Seconds. */
  readonly retryAfter?: string
  readonly message?: string
}

/** Announces everything, says half and drops the connection. */
export function cut(body: unknown): Answer {
  const bytes = Buffer.from(JSON.stringify(body))
  return (response) => {
    response.setHeader('content-length', bytes.length)
    response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy())
  }
}

/** Compressed, and cut so that the framing of HTTP is whole and the gzip stream is not. */
export function gzipCut(body: unknown): Answer {
  const bytes = gzipSync(JSON.stringify(body))
  return (response) => response.setHeader('content-encoding', 'gzip').end(bytes.subarray(0, bytes.length / 2))
}

export const silent: Answer = () => {}

/** A byte now and then, for ever. */
export const slow: Answer = (response) => {
  const timer = setInterval(() => response.write(' '), 10)
  response.on('close', () => clearInterval(timer))
}

/** Little on the wire, `bytes` once decompressed. */
export function huge(bytes: number): Answer {
  const small = gzipSync(Buffer.alloc(bytes, ' '))
  return (response) => response.setHeader('content-encoding', 'gzip').end(small)
}

export function garbage(text: string): Answer {
  return (response) => response.end(text)
}
