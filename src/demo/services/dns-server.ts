import { createServer, type Socket } from 'node:net'

import { listenOn, type Running } from './listener.ts'
import type { ServiceParts } from './service-parts.ts'

/** Undefined gives no answer at all. */
export type Resolve = (query: Buffer) => Promise<Buffer | undefined>

const largestQuery = 1024

/** A DNS server on UDP and TCP, at two ports when the wanted one is not free for both. */
export async function openDnsServer(parts: ServiceParts, resolve: Resolve): Promise<DnsPorts> {
  const tcp = await listenOn(
    createServer((socket) => serve(socket, resolve)),
    parts.ip,
    parts.port,
  )
  try {
    const udp = await openUdp(parts, resolve)
    return { tcp, udp }
  } catch (error) {
    await tcp.close()
    throw error
  }
}

export interface DnsPorts {
  readonly tcp: Running
  readonly udp: Running
}

function openUdp({ ip, port, transport }: ServiceParts, resolve: Resolve): Promise<Running> {
  const socket = transport.openUdp(4)
  let closed = false
  socket.on('message', async (query, { address, port: from }) => {
    const reply = await resolve(query)
    if (reply !== undefined && !closed) socket.send(reply, from, address, () => {})
  })
  const close = async () => {
    closed = true
    socket.close()
  }
  return new Promise((opened, reject) => {
    socket.on('error', reject)
    socket.on('listening', () => opened({ port: socket.address().port, close }))
    socket.bind({ address: ip, port })
  })
}

/** Two bytes of length before each message. */
function serve(socket: Socket, resolve: Resolve): void {
  let bytes = Buffer.alloc(0)
  socket.on('data', async (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (bytes.length < 2) return
    const length = bytes.readUInt16BE(0)
    if (length > largestQuery) return void socket.destroy()
    if (bytes.length < 2 + length) return
    const query = bytes.subarray(2, 2 + length)
    bytes = bytes.subarray(2 + length)
    const reply = await resolve(query)
    if (reply === undefined || socket.destroyed) return
    const head = Buffer.alloc(2)
    head.writeUInt16BE(reply.length)
    socket.write(Buffer.concat([head, reply]))
  })
}
