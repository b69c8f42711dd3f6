import type { Socket } from 'node:net'

/**
 * Has one conversation over a connection that is being opened, and lets go of it however that ends: `settle` and
 * `fail` end it, and so do an error of the socket and `signal`.
 */
export async function converse<T>(
  socket: Socket,
  signal: AbortSignal,
  talk: (settle: (result: T) => void, fail: (error: unknown) => void) => void,
): Promise<T> {
  let interrupt = () => {}
  // Else the socket begins to close when the other side does, and a reset then fails and leaks it (Node 26).
  socket.allowHalfOpen = true
  try {
    return await new Promise<T>((resolve, reject) => {
      interrupt = () => reject(signal.reason)
      // Stays until the socket is gone: an error that comes after the end must not crash the process.
      socket.on('error', reject)
      if (signal.aborted) return interrupt()
      signal.addEventListener('abort', interrupt, { once: true })
      talk(resolve, reject)
    })
  } finally {
    signal.removeEventListener('abort', interrupt)
    letGo(socket)
  }
}

/** With a reset: every FIN of ours would leave a socket in TIME_WAIT, and we open thousands a minute. */
function letGo(socket: Socket): void {
  // While it is still connecting, resetAndDestroy() would wait for the connection, minutes long.
  if (socket.connecting) socket.destroy()
  else if (!socket.destroyed) socket.resetAndDestroy()
}
