import { once } from 'node:events'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'

import type { Test } from 'tap'

import { portOf } from './servers.ts'

/** Speaks TLS on a free loopback port and hands every connection to `serve`; gone when the test ends. */
export async function listenTls(t: Test, options: TlsOptions, serve: (socket: TLSSocket) => void): Promise<number> {
  const open = new Set<TLSSocket>()
  const server = createServer({ ...options, allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  // Handshakes that fail are what tests are about.
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return portOf(server)
}

/** Answers whatever is asked over TLS with these bytes, then ends. */
export function listenTlsAndSay(t: Test, options: TlsOptions, answer: string): Promise<number> {
  return listenTls(t, options, (socket) => socket.once('data', () => socket.end(answer)))
}
