import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'

import { type ApiServer, identityOf, refusalOf } from './api-client.ts'
import { ApiError } from './api-error.ts'
import { boundedLines } from './bounded-lines.ts'
import { eventIn, type WatchEvent } from './watch-event.ts'

/** An object of etcd has 1.5 MiB at most; as JSON, and with its field names, it may have more. */
const lineAtMost = 8 * 1024 * 1024
const refusalAtMost = 64 * 1024
const keepAliveMs = 15_000

export interface WatchQuestion {
  readonly path: string
  /** How long nothing may come once the watch is open. */
  readonly silenceMs: number
  /** Called when the server has agreed to the watch. */
  readonly onOpen: () => void
}

/**
 * The events of one watch, until the server ends it. Rejects with an ApiError when it is refused, breaks, falls silent
 * or says nonsense, and with the signal's reason when that aborts. Who leaves the loop early closes the connection.
 */
export async function* openWatch(
  server: ApiServer,
  { path, silenceMs, onOpen }: WatchQuestion,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const end = () => controller.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  const breakOff = (ms: number, what: string) =>
    setTimeout(() => controller.abort(new ApiError(0, `${what} within ${ms} ms`)), ms)
  let deadline = breakOff(server.timeoutMs, 'No answer')
  try {
    const response = await responseTo(server, path, controller.signal)
    if (response.statusCode !== 200) throw await refusalIn(response)
    clearTimeout(deadline)
    deadline = breakOff(silenceMs, 'Nothing came')
    onOpen()
    for await (const line of boundedLines(noted(response, deadline), lineAtMost)) yield eventIn(line)
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    throw asApiError(error)
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', end)
  }
}

async function responseTo(server: ApiServer, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { host, port, userAgent } = server
  const { token, ca } = await identityOf(server)
  const headers = { accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': userAgent }
  return new Promise((resolve, reject) => {
    // Without an agent: a connection of its own, closed with the watch.
    const asked = request({ host, port, path, headers, ca, agent: false, signal }, resolve)
    asked.on('error', reject)
    // A server that vanished is noticed within half a minute, long before the silence is too long.
    asked.setSocketKeepAlive(true, keepAliveMs)
    asked.end()
  })
}

async function* noted(response: IncomingMessage, deadline: NodeJS.Timeout): AsyncGenerator<Buffer> {
  for await (const chunk of response) {
    deadline.refresh()
    yield chunk
  }
}

async function refusalIn(response: IncomingMessage): Promise<ApiError> {
  const { statusCode: status = 0, headers } = response
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    if (bytes > refusalAtMost) break
    parts.push(chunk)
  }
  return refusalOf({ status, headers, body: Buffer.concat(parts).toString() })
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(0, error instanceof Error ? error.message : String(error), { cause: error })
}
