import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

import type { ErrorAnswer } from '../../model/api.ts'
import type { RefusedError } from './refused-error.ts'

/** Below this, compressing costs more than it saves. */
const zipFrom = 1024
/** Half the time of the default, and almost as small. */
const level = 4

const compress = promisify(gzip)

/** JSON with its tag; a reader who has it already is told so instead. */
export async function sendJson(request: IncomingMessage, response: ServerResponse, value: unknown): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(value)}\n`)
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', vary: 'accept-encoding', etag }
  if (isKnown(request.headers['if-none-match'], etag)) response.writeHead(304, headers).end()
  else await sendBody(request, response, headers, body)
}

export async function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  type = 'text/plain; charset=utf-8',
): Promise<void> {
  const headers = { 'content-type': type, 'cache-control': 'no-cache', vary: 'accept-encoding' }
  await sendBody(request, response, headers, Buffer.from(text))
}

export function sendRefusal(response: ServerResponse, { status, message, headers }: RefusedError): void {
  const answer: ErrorAnswer = { error: message }
  const body = Buffer.from(`${JSON.stringify(answer)}\n`)
  const type = { 'content-type': 'application/json', 'cache-control': 'no-cache', 'content-length': body.length }
  response.writeHead(status, { ...type, ...headers }).end(body)
}

/** Whether the reader takes gzip: by name or by `*`, unless it says so with the weight 0. */
export function takesGzip({ headers }: IncomingMessage): boolean {
  const codings = String(headers['accept-encoding'] ?? '').split(',')
  const weights = new Map(
    codings.map((coding) => {
      const [name = '', ...options] = coding.toLowerCase().split(';')
      const weight = options.map((option) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(option)?.[1]).find(Boolean)
      return [name.trim(), Number(weight ?? 1)]
    }),
  )
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
}

async function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<void> {
  const zip = body.length > zipFrom && takesGzip(request)
  const bytes = zip ? await compress(body, { level }) : body
  const coding = zip ? { 'content-encoding': 'gzip' } : {}
  response.writeHead(200, { ...headers, ...coding, 'content-length': bytes.length }).end(bytes)
}

function isKnown(given: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '')
  return (given ?? '').split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag))
}
