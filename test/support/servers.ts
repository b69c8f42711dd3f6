import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'

import type { Test } from 'tap'

/** Listens on a free loopback port and hands every connection to `serve`; gone when the test ends. */
export async function listen(t: Test, serve: (socket: Socket) => void, address = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  server.listen(0, address)
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return portOf(server)
}

/** Answers whatever is asked with these bytes, then ends. */
export function listenAndSay(t: Test, answer: string | Uint8Array, address?: string): Promise<number> {
  return listen(t, (socket) => socket.once('data', () => socket.end(answer)), address)
}

/** Accepts, reads, and never says a word. */
export function listenInSilence(t: Test): Promise<number> {
  return listen(t, (socket) => socket.resume())
}

/** Listens, and never accepts: its queue is full, so that a connection stays half-way. Needs Linux. */
export async function listenWithFullQueue(t: Test): Promise<number> {
  const stuck = `
    const server = require('node:net').createServer().listen(0, '127.0.0.1', 1, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', stuck], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  const port = Number(said)
  // The kernel queues one more than it was told.
  for (let i = 0; i < 2; i++) {
    const waiting = connect({ port, host: '127.0.0.1' }).on('error', () => {})
    t.teardown(() => waiting.destroy())
    await once(waiting, 'connect')
  }
  return port
}

/**
 * From now on, the local ends of this machine's new sockets towards a loopback port, in whatever state, by the kernel's
 * own table. Who had the port before left some in TIME_WAIT for a minute: those do not count.
 */
export function newSocketsTowards(port: number): () => readonly string[] {
  const earlier = new Set(socketsTowards(port))
  return () => socketsTowards(port).filter((local) => !earlier.has(local))
}

function socketsTowards(port: number): readonly string[] {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return rows.flatMap(([, local = '', to]) => (to?.endsWith(remote) ? [local] : []))
}

/** A port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

export function portOf(server: Server): number {
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('not listening on a port')
  return bound.port
}
