import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** A page of a large matrix has some megabytes. */
const bytesAtMost = 64 * 1024 * 1024

/** The header is cut to whole seconds. */
const halfSecond = 500

export interface Answer {
  readonly status: number
  readonly text: string
  /** What the answerer's clock said, Unix milliseconds; undefined when it did not say. */
  readonly dateMs: number | undefined
}

/** Asks for one path; rejects when there is no answer. */
export type Get = (path: string, signal: AbortSignal) => Promise<Answer>

const unzip = promisify(gunzip)

/** One GET. Rejects when the connection fails, when the answer is too long, and with the signal's reason. */
export async function ask(url: URL, options: RequestOptions, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted()
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': 'meshprobe',
    ...options.headers,
  }
  const asked = Promise.withResolvers<IncomingMessage>()
  const sent = request(url, { ...options, headers, signal }, asked.resolve)
  sent.on('error', asked.reject)
  sent.end()
  try {
    return await read(await asked.promise)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}

async function read(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    bytes += part.length
    if (bytes > bytesAtMost) throw new RangeError(`expected at most ${bytesAtMost} bytes, got more`)
    parts.push(part)
  }
  const body = Buffer.concat(parts)
  const isZipped = headers['content-encoding'] === 'gzip'
  const text = (isZipped ? await unzip(body, { maxOutputLength: bytesAtMost }) : body).toString('utf8')
  const date = Date.parse(headers.date ?? '')
  return { status, text, dateMs: Number.isNaN(date) ? undefined : date + halfSecond }
}
