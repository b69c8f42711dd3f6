import { createServer, type Server, type Socket } from 'node:net'

import { familyOf } from '../model/peer.ts'
import type { Answering } from './answering.ts'
import { answerDatagram } from './datagram-identity.ts'
import { answerHttp } from './http-identity.ts'
import { messageLimit } from './http-messages.ts'
import type { Datagrams, Endpoint, Transport } from './transport.ts'

export interface Listener {
  readonly port: number
  /** Resolves when nothing of it is left; answers in progress are given first. */
  close(): Promise<void>
}

const connectionsAtOnce = 512
const connectionMs = 5000

export async function listenTcp({ address, port }: Endpoint, answering: Answering): Promise<Listener> {
  // Half-open: who has sent its whole question may close its side and still be answered.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => serve(socket, answering))
  server.maxConnections = connectionsAtOnce
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: address }, resolve)
  })
  // Running out of descriptors while accepting: those who ask see it as a failure, and it passes.
  server.on('error', ignore)
  return { port: portOf(server), close: () => new Promise((resolve) => server.close(() => resolve())) }
}

export async function listenUdp(at: Endpoint, transport: Transport, answering: Answering): Promise<Listener> {
  const socket = transport.openUdp(familyOf(at.address))
  await bound(socket, at)
  let closing = false
  let sending = 0
  let closed = () => {}
  const letGo = () => {
    if (!closing || sending > 0) return
    socket.close()
    closed()
  }
  socket.on('message', (bytes, from) => {
    // Nobody can be answered at port 0, but anybody can write that it is its port.
    const reply = closing || from.port === 0 ? undefined : answerDatagram(bytes, from, answering)
    if (reply === undefined) return
    sending++
    socket.send(reply, from.port, from.address, () => {
      sending--
      letGo()
    })
  })
  return {
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        closed = resolve
        closing = true
        letGo()
      }),
  }
}

function bound(socket: Datagrams, at: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    let listening = false
    socket.on('listening', () => {
      listening = true
      resolve()
    })
    socket.on('error', (error) => {
      // Once it listens, an error ends nothing.
      if (listening) return
      socket.close()
      reject(error)
    })
    socket.bind(at)
  })
}

/** Reads one request, answers it, and is gone within `connectionMs` whatever the other side does. */
function serve(socket: Socket, answering: Answering): void {
  let text = ''
  let answered = false
  const deadline = setTimeout(() => socket.destroy(), connectionMs)
  socket.on('close', () => clearTimeout(deadline))
  socket.on('error', () => socket.destroy())
  socket.on('end', () => {
    if (!answered) socket.destroy()
  })
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    if (answered) return
    text += chunk
    const reply = text.length > messageLimit ? '' : answerHttp(text, answering)
    if (reply === undefined) return
    answered = true
    text = ''
    if (reply === '') socket.destroy()
    else socket.end(reply)
  })
}

function portOf(server: Server): number {
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

function ignore(): void {}
