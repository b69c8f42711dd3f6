import { createServer } from 'node:http'

import { createApi } from '../aggregator/api/server.ts'
import type { Archive, Live } from '../aggregator/sources.ts'
import { apiPaths } from '../model/api.ts'
import { createEventStream } from '../report/page-events.ts'
import { pageRoutes, type RouteParts, sendError } from './page-routes.ts'
import { strangerBy } from './same-origin.ts'
import { listenOn } from './services/listener.ts'

export interface PageParts extends Omit<RouteParts, 'events'> {
  readonly port: number
  /** What an aggregator serves, for the command line and for scripts. */
  readonly live: Live
  readonly archive: Archive
}

export interface PageServer {
  readonly port: number
  /** Tells every open page that there are new matrices. */
  news(): void
  close(): Promise<void>
}

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const always = { 'content-security-policy': csp, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/** The agents have metrics; the demo as a whole has none. */
const noMetrics = async () => ({ contentType: 'text/plain', text: '' })

/** The page, its data and the switches of the demo: on loopback only, for this machine's own pages and programs. */
export async function openPage({ port, ...parts }: PageParts): Promise<PageServer> {
  const events = createEventStream()
  const api = createApi({ ...parts, metrics: noMetrics, ready: () => undefined }, true)
  const routes = pageRoutes({ ...parts, events })
  const server = createServer({ maxHeaderSize: 8192, requestTimeout: 5000 }, (request, response) => {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
    const stranger = strangerBy(request)
    if (stranger !== undefined) return sendError(response, 403, stranger)
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (path.startsWith('/api/') || path === apiPaths.openapi) return void api.handle(request, response)
    const route = routes.get(`${request.method} ${path}`)
    if (route !== undefined) return void Promise.resolve(route(request, response)).catch(() => response.destroy())
    if (request.method === 'GET') return sendError(response, 404, 'no such page')
    sendError(response, 405, 'only GET, and POST /demo/faults')
  })
  const running = await listenOn(server, '127.0.0.1', port).catch((error) => {
    events.close()
    api.close()
    throw error
  })
  const unfollow = parts.faults.onChange(() => events.send('faults'))
  return {
    port: running.port,
    news: () => events.send('matrix'),
    async close() {
      unfollow()
      events.close()
      api.close()
      await running.close()
    },
  }
}
