import { type Duplex, duplexPair, PassThrough } from 'node:stream'

import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { PortForward } from '@kubernetes/client-node/dist/portforward.js'

export interface ForwardedPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** What went wrong at the other end of a forwarded connection, in the kubelet's words. */
class ForwardError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ForwardError'
  }
}

/** One connection through API server and kubelet to a port on the loopback of a pod. */
export async function openForward(
  config: KubeConfig,
  { namespace, pod, port }: ForwardedPort,
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted()
  const [ours, theirs] = duplexPair()
  const refused = new PassThrough()
  const path = [namespace, pod].map(encodeURIComponent) as [string, string]
  const opening = new PortForward(config).portForward(...path, [port], theirs, refused, theirs)
  const socket = await abortable(opening, signal).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : asError(error)
  })
  refused.on('data', (words: Buffer) => ours.destroy(new ForwardError(words.toString('utf8').trim())))
  socket.onclose = () => void theirs.end()
  ours.once('close', () => socket.close())
  return ours
}

/** The websocket of one that is no longer wanted is closed when it opens. */
async function abortable<Socket extends { close(): void }>(
  opening: Promise<Socket | (() => Socket | null)>,
  signal: AbortSignal,
): Promise<Socket> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  const opened = opening.then((socket) => {
    if (typeof socket === 'function') throw new ForwardError('expected a connection, got one that is opened later')
    if (signal.aborted) socket.close()
    return socket
  })
  return Promise.race([opened, aborted])
}

/** The websocket tells its own kind of event: `Unexpected server response: 403`. */
function asError(error: unknown): Error {
  if (error instanceof Error) return error
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''
  return new ForwardError(message, { cause: error })
}
