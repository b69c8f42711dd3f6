import { excerpt } from './excerpt.ts'

/** As much of an HTTP/1.1 reply as a probe needs. */
export interface HttpReply {
  readonly status: number
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Empty unless the status is 200: nobody reads another one's. */
  readonly body: string
}

export type ReadReply =
  | { readonly state: 'incomplete' }
  | { readonly state: 'garbage'; readonly detail: string }
  | { readonly state: 'complete'; readonly reply: HttpReply }

/** Nothing longer is read, head and body together. */
export const messageLimit = 4096

const incomplete = { state: 'incomplete' } as const
const endOfHead = '\r\n\r\n'

/** A request without a body, after which the connection ends. */
export function requestText(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`
}

/** The headers of a request, once its head is complete. */
export function readRequest(text: string): ReadonlyMap<string, string> | undefined {
  const end = text.indexOf(endOfHead)
  return end < 0 ? undefined : headersOf(text.slice(0, end))
}

/** Reads what has come so far, as text of one character a byte; `ended` when no more can come. */
export function readReply(text: string, ended: boolean): ReadReply {
  if (text.length > messageLimit) return { state: 'garbage', detail: `more than ${messageLimit} bytes` }
  if (!couldBeReply(text)) return { state: 'garbage', detail: `not HTTP: ${excerpt(text)}` }
  const end = text.indexOf(endOfHead)
  if (end < 0) return incomplete
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(text)?.[1])
  if (Number.isNaN(status)) return { state: 'garbage', detail: 'no HTTP status line' }
  const headers = headersOf(text.slice(0, end))
  if (status !== 200) return { state: 'complete', reply: { status, headers, body: '' } }
  const body = bodyOf(text.slice(end + endOfHead.length), headers, ended)
  if (typeof body === 'string') return { state: 'complete', reply: { status, headers, body } }
  return body
}

function couldBeReply(text: string): boolean {
  const start = 'HTTP/1.'
  return text.length < start.length ? start.startsWith(text) : text.startsWith(start)
}

function headersOf(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

function bodyOf(text: string, headers: ReadonlyMap<string, string>, ended: boolean): string | ReadReply {
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return dechunk(text)
  const length = headers.get('content-length')
  if (length === undefined) return ended ? text : incomplete
  if (!/^\d{1,9}$/.test(length)) return { state: 'garbage', detail: 'no usable content-length' }
  if (Number(length) > messageLimit) return { state: 'garbage', detail: `more than ${messageLimit} bytes` }
  return text.length < Number(length) ? incomplete : text.slice(0, Number(length))
}

/** A proxy may cut our short body into chunks. */
function dechunk(text: string): string | ReadReply {
  let body = ''
  let rest = text
  for (;;) {
    const line = /^([0-9a-f]{1,8})[^\r\n]*\r\n/i.exec(rest)
    if (line === null) return rest.includes('\r\n') ? { state: 'garbage', detail: 'no usable chunk' } : incomplete
    const start = line[0].length
    const length = Number.parseInt(line[1] ?? '', 16)
    if (length === 0) return body
    if (rest.length < start + length + 2) return incomplete
    body += rest.slice(start, start + length)
    rest = rest.slice(start + length + 2)
  }
}
