import type { Server, Socket } from 'node:net'

export interface Running {
  readonly port: number
  /** Resolves when no socket is left. */
  close(): Promise<void>
}

const idleMs = 10_000

/** Listens, outlives whatever its clients do, and lets go of all of them when it closes. */
export function listenOn(server: Server, host: string, port: number): Promise<Running> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.setTimeout(idleMs, () => socket.destroy())
    // Probes end their connections with a reset.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
  })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, close })
    })
  })
}
