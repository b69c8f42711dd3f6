import type { IncomingMessage } from 'node:http'

/**
 * Why a request is not from this machine's own pages and programs; undefined when it is. A page of another site may
 * send requests to loopback too, and by DNS rebinding even read the answers: its name is then in Host, its site in
 * Origin.
 */
export function strangerBy({ headers, socket }: IncomingMessage): string | undefined {
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${socket.localPort}`)
  const { host = '', origin } = headers
  if (!own.includes(host)) return `Host: expected ${own[0]}, got "${host.slice(0, 80)}"`
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Origin: expected http://${host}, got "${origin.slice(0, 80)}"`
  }
  return undefined
}
