import type { Client, Dispatcher } from 'undici'

import type { ProbeContext } from '../model/probe.ts'
import { type Failure, failed } from '../model/result.ts'
import { type Connection, converseOver } from './http-exchange.ts'

/** More of a page is not read: it has arrived by then. */
const bodyLimit = 64 * 1024
/** What undici calls an answer that is none. */
const unreadable = ['HTTPParserError', 'HeadersOverflowError', 'ResponseContentLengthMismatchError']

/**
 * GET by undici, because these are real servers with everything HTTP has. Over a connection of our own: by its own it
 * would ask the thread pool for names, keep connections, and not say which step fails. Loaded when there is a URL at
 * all, as it weighs 15 MiB. Resolves with the status.
 */
export async function getUrl(
  written: string,
  connect: () => Connection,
  context: Pick<ProbeContext, 'signal' | 'enter'>,
): Promise<number | Failure> {
  const { Client } = await import('undici')
  const { origin, pathname, search } = new URL(written)
  let client: Client | undefined
  try {
    return await converseOver<number | Failure>(connect(), context, (stream, settle, fail) => {
      client = new Client(origin, {
        // Called back at once, it would forget the request.
        connect: (_options, done) => queueMicrotask(() => done(null, stream)),
        // Time is not its business.
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      const headers = { 'user-agent': 'meshprobe' }
      client.dispatch({ method: 'GET', path: pathname + search, headers, reset: true }, hearing(settle, fail))
    })
  } catch (error) {
    if (error instanceof Error && unreadable.includes(error.name)) return failed('bad_reply', error.message)
    throw error
  } finally {
    await client?.destroy()
  }
}

/** By dispatch(), for request() tells of a whole answer only after its connection was ended, which is an error to us. */
function hearing(settle: (status: number) => void, fail: (error: unknown) => void): Dispatcher.DispatchHandler {
  let status = 0
  let bytes = 0
  return {
    onRequestStart: () => {},
    // Once more for every interim answer.
    onResponseStart: (_controller, statusCode) => {
      status = statusCode
    },
    onResponseData: (_controller, chunk) => {
      bytes += chunk.length
      if (bytes > bodyLimit) settle(status)
    },
    onResponseEnd: () => settle(status),
    onResponseError: (_controller, error) => fail(error),
  }
}
