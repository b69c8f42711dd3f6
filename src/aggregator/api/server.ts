import type { IncomingMessage, ServerResponse } from 'node:http'

import { type Bounds, listenOnAll } from '../../serving/listen-on-all.ts'
import type { Archive, Live } from '../sources.ts'
import { isLoopback, type MayRead } from './access.ts'
import { createEventStream } from './event-stream.ts'
import { createHandler } from './handler.ts'
import { createQuestions } from './questions.ts'
import { createDownload } from './recording-download.ts'

export interface ApiParts {
  /** IP addresses to listen on; every address when empty. Where all are loopback, Host has to be too. */
  readonly addresses: readonly string[]
  /** 0 for any that is free. */
  readonly port: number
  readonly live: Live
  readonly archive: Archive
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** What hinders it from being asked, in a sentence; undefined when nothing does. */
  readonly ready: () => string | undefined
  /** Whether whoever sends this authorization header may read. Everybody may when absent. */
  readonly mayRead?: MayRead
  readonly wallMs?: () => number
}

export interface ApiServer {
  readonly port: number
  /** Resolves when no connection is left. */
  close(): Promise<void>
}

/** Tokens of some identity providers are long; no question may take as long as a reader may do nothing. */
export const apiBounds: Bounds = { headerBytes: 16 * 1024, connections: 256, idleMs: 45_000 }

/** The API without a listener of its own. */
export interface Api {
  /** Answers one request, whatever it is. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Ends what is still being answered. */
  close(): void
}

/** For a server that answers other things as well; whether only this machine reaches it, it says itself. */
export function createApi(parts: Omit<ApiParts, 'addresses' | 'port'>, isLocal: boolean): Api {
  const archive = createQuestions(parts.archive, parts.live)
  const events = createEventStream(parts.live)
  return {
    handle: createHandler({ ...parts, archive, events, isLocal, download: createDownload(archive) }),
    close() {
      events.close()
      archive.close()
    },
  }
}

/** The aggregator's HTTP API: `docs/api.md`. It only reads, and whatever it is asked is bounded. */
export async function openApi(parts: ApiParts): Promise<ApiServer> {
  const { addresses, port } = parts
  const { handle, close: stop } = createApi(parts, addresses.length > 0 && addresses.every(isLoopback))
  try {
    const answer = (request: IncomingMessage, response: ServerResponse) => void handle(request, response)
    const listeners = await listenOnAll(addresses, port, apiBounds, answer)
    return {
      port: listeners.port,
      async close() {
        stop()
        await listeners.close()
      },
    }
  } catch (error) {
    stop()
    throw error
  }
}
