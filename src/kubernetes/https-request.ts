import type { IncomingMessage } from 'node:http'
import { type Agent, request } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

export interface HttpsQuestion {
  readonly host: string
  readonly port: number
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty: none. */
  readonly body: string
  /** PEM of who may sign the server's certificate. */
  readonly ca: string
  readonly agent: Agent
  /** For the whole conversation. */
  readonly timeoutMs: number
  /** How long the body of the answer may be once decompressed. */
  readonly bytesAtMost: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Asks once and reads the whole answer. Rejects when that does not work in time; lets go of the socket then. */
export async function httpsRequest(question: HttpsQuestion, signal: AbortSignal): Promise<HttpAnswer> {
  signal.throwIfAborted()
  const { timeoutMs, bytesAtMost } = question
  const controller = new AbortController()
  const end = () => controller.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  const late = new Error(`No whole answer within ${timeoutMs} ms`)
  const deadline = setTimeout(() => controller.abort(late), timeoutMs)
  try {
    const response = await responseTo(question, controller.signal)
    const body = await bodyOf(response, bytesAtMost, controller.signal)
    return { status: response.statusCode ?? 0, headers: response.headers, body }
  } catch (error) {
    // What the stream says then is only that it was ended.
    if (controller.signal.aborted) throw controller.signal.reason
    throw error
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', end)
  }
}

function responseTo(question: HttpsQuestion, signal: AbortSignal): Promise<IncomingMessage> {
  const { host, port, method, path, headers, body, ca, agent } = question
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { host, port, method, path, headers: { ...headers, ...length }, ca, agent, signal }
    let answered = false
    const asked = request(options, (response) => {
      answered = true
      resolve(response)
    })
    // Stays for the whole conversation: a socket that dies while the body is read says so here too.
    asked.on('error', (error) => {
      // The server had closed the kept connection before it saw the question: on a new one it sees it.
      if (asked.reusedSocket && !answered && isReset(error)) responseTo(question, signal).then(resolve, reject)
      else reject(error)
    })
    asked.end(body)
  })
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

async function bodyOf(response: IncomingMessage, bytesAtMost: number, signal: AbortSignal): Promise<string> {
  const collect = async (chunks: AsyncIterable<Buffer>) => {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const chunk of chunks) {
      bytes += chunk.length
      // Counted after decompression: a small answer can hide a huge one.
      if (bytes > bytesAtMost) throw new RangeError(`Expected at most ${bytesAtMost} bytes, got more`)
      parts.push(chunk)
    }
    return Buffer.concat(parts).toString()
  }
  return response.headers['content-encoding'] === 'gzip'
    ? pipeline(response, createGunzip(), collect, { signal })
    : pipeline(response, collect, { signal })
}
