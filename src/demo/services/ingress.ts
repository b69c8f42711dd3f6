import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import type { Transport } from '../../probes/transport.ts'
import { agents } from '../topology.ts'
import { listenOn, type Running } from './listener.ts'
import type { ServiceParts } from './service-parts.ts'

/** The host of the demo's one Ingress rule. */
export const ingressHost = 'meshprobe.demo'

const connectMs = 500
const answerMs = 2000
const triesAtMost = 3

/** An ingress controller: sends requests for our host on to any agent, and to another one when that does not connect. */
export function openIngress({ ip, port, transport }: ServiceParts, random: () => number): Promise<Running> {
  const server = createServer((asked, response) => {
    if (asked.headers.host !== ingressHost) return void response.writeHead(404, { connection: 'close' }).end()
    connectToAny(transport, random)
      .then((socket) => forwardOver(socket, asked, response))
      .catch(() => response.writeHead(504, { connection: 'close' }).end())
  })
  return listenOn(server, ip, port)
}

async function connectToAny(transport: Transport, random: () => number): Promise<Socket> {
  for (let tries = 1; ; tries++) {
    const agent = agents[Math.floor(random() * agents.length)]
    if (agent === undefined) throw new Error('no backend')
    const socket = transport.connect({ address: agent.ip, port: agent.port })
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), connectMs)
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (tries === triesAtMost) throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

function forwardOver(socket: Socket, { url, headers }: IncomingMessage, response: ServerResponse): void {
  const onward = request({ createConnection: () => socket, path: url, headers: { ...headers, connection: 'close' } })
  onward.setTimeout(answerMs, () => onward.destroy(new Error('no answer in time')))
  onward.on('response', (reply) => {
    response.writeHead(reply.statusCode ?? 502, { ...reply.headers, connection: 'close' })
    reply.pipe(response)
  })
  onward.on('error', () => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502, { connection: 'close' }).end()
  })
  response.on('close', () => socket.destroy())
  onward.end()
}
