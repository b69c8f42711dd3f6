import type { Archive, Live } from '../sources.ts'
import { isLoopback, type MayRead } from './access.ts'
import { createEventStream } from './event-stream.ts'
import { createHandler } from './handler.ts'
import { listenOnAll } from './listeners.ts'
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

/** The aggregator's HTTP API: `docs/api.md`. It only reads, and whatever it is asked is bounded. */
export async function openApi(parts: ApiParts): Promise<ApiServer> {
  const { addresses, port, live } = parts
  const archive = createQuestions(parts.archive, live)
  const events = createEventStream(live)
  const isLocal = addresses.length > 0 && addresses.every(isLoopback)
  const handle = createHandler({ ...parts, archive, events, isLocal, download: createDownload(archive) })
  const stop = () => {
    events.close()
    archive.close()
  }
  try {
    const listeners = await listenOnAll(addresses, port, (request, response) => void handle(request, response))
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
