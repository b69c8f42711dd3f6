import type { IncomingMessage, ServerResponse } from 'node:http'

const streamsAtMost = 32
/** Anything between us and the reader may cut a connection that says nothing. */
const heartbeatMs = 5_000

/** Server-sent events: the same for everybody who listens. */
export interface EventStream {
  /** Takes over a request; false when there are too many already. */
  open(request: IncomingMessage, response: ServerResponse): boolean
  send(event: string): void
  close(): void
}

export function createEventStream(): EventStream {
  const open = new Set<ServerResponse>()
  const heartbeat = setInterval(() => write(':\n\n'), heartbeatMs)
  heartbeat.unref()

  function write(text: string): void {
    for (const response of open) response.write(text)
  }

  return {
    open(request, response) {
      if (open.size >= streamsAtMost) return false
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 1000\n\n')
      open.add(response)
      request.once('close', () => open.delete(response))
      return true
    },
    send: (event) => write(`event: ${event}\ndata:\n\n`),
    close() {
      clearInterval(heartbeat)
      for (const response of open) response.end()
      open.clear()
    },
  }
}
