import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Live } from '../sources.ts'
import { currentFindings, inOrder } from './current-findings.ts'
import { busy } from './refused-error.ts'

export interface EventLimits {
  readonly readersAtMost: number
  /** Anything between us and the reader may cut a connection that says nothing. */
  readonly heartbeatMs: number
  /** So much may wait for a reader that is slow. */
  readonly backlogBytes: number
  /** After so long a reader has to ask again, and be let in again. */
  readonly lifetimeMs: number
}

const usualLimits: EventLimits = {
  readersAtMost: 64,
  heartbeatMs: 15_000,
  backlogBytes: 256 * 1024,
  lifetimeMs: 30 * 60_000,
}
const findingsAtMost = 1000

/** Server-sent events: the findings at once and whenever they change, and every round that was judged. */
export interface EventStream {
  /** Takes over a request; throws when there are too many readers already. */
  open(request: IncomingMessage, response: ServerResponse): void
  close(): void
}

export function createEventStream(live: Live, limits = usualLimits): EventStream {
  const readers = new Set<ServerResponse>()
  let told = findingsText(live)
  const unfollow = live.onNews(() => {
    const now = findingsText(live)
    if (now !== told) tellAll(findingsEvent())
    told = now
    tellAll(event('round', live.standing()))
  })
  const heartbeat = setInterval(() => tellAll(':\n\n'), limits.heartbeatMs)
  heartbeat.unref()

  const findingsEvent = () => event('findings', currentFindings(live, findingsAtMost))

  function tellAll(text: string): void {
    for (const reader of readers) {
      // It asks again by itself, and is told everything at once.
      if (reader.writableLength > limits.backlogBytes) leave(reader, () => reader.destroy())
      else reader.write(text)
    }
  }

  function leave(reader: ServerResponse, how: () => void): void {
    readers.delete(reader)
    how()
  }

  return {
    open(request, response) {
      if (readers.size >= limits.readersAtMost) throw busy('too many readers of events; ask again in a few seconds')
      response.writeHead(200, {
        ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
      })
      if (request.method === 'HEAD') return void response.end()
      readers.add(response)
      const lifetime = setTimeout(() => leave(response, () => response.end()), limits.lifetimeMs)
      lifetime.unref()
      response.once('close', () => {
        clearTimeout(lifetime)
        readers.delete(response)
      })
      response.write(`retry: 3000\n\n${findingsEvent()}`)
    },
    close() {
      unfollow()
      clearInterval(heartbeat)
      for (const reader of readers) reader.end()
      readers.clear()
    },
  }
}

function event(name: string, value: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
}

function findingsText(live: Live): string {
  return JSON.stringify(inOrder(live.findings()))
}
