import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

import { type Answer, type DecodedPacket, decode, encode, TRUNCATED_RESPONSE } from 'dns-packet'
import type { Test } from 'tap'

import { portOf } from './servers.ts'

export interface Asked {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly over: 'udp' | 'tcp'
  /** From which port. */
  readonly port: number
}

type Said = readonly Buffer[] | Buffer | undefined

/** What goes back, one datagram each; nothing for silence. */
export type Reply = (query: DecodedPacket, asked: Asked) => Said | Promise<Said>

export interface NameServerOptions {
  readonly address?: string
  /** What it does with TCP connections instead of answering; `refuse` does not even listen. */
  readonly tcp?: ((socket: Socket) => void) | 'refuse'
}

export interface NameServer {
  readonly port: number
  readonly asked: Asked[]
}

/** A name server on loopback, on UDP and TCP, that says what a test tells it to. Gone when the test ends. */
export async function nameServer(t: Test, reply: Reply, options: NameServerOptions = {}): Promise<NameServer> {
  const { address = '127.0.0.1', tcp } = options
  const asked: Asked[] = []
  const answersTo = async (bytes: Buffer, over: 'udp' | 'tcp', port: number) => {
    const query = decode(bytes)
    const [{ name = '', type = '' } = {}] = query.questions ?? []
    const question = { id: query.id ?? 0, name, type, over, port }
    asked.push(question)
    return [(await reply(query, question)) ?? []].flat()
  }
  const serve = typeof tcp === 'function' ? tcp : (socket: Socket) => serveTcp(socket, answersTo)
  const [server, udp] = await bindBoth(serve, address)
  udp.on('message', async (bytes: Buffer, from: RemoteInfo) => {
    for (const answer of await answersTo(bytes, 'udp', from.port)) udp.send(answer, from.port, from.address)
  })
  if (tcp === 'refuse') server.close()
  t.teardown(() => {
    udp.close()
    server.close()
  })
  return { port: udp.address().port, asked }
}

/** The same port for both; the one that is free for TCP may be taken for UDP. */
async function bindBoth(serve: (socket: Socket) => void, address: string): Promise<readonly [Server, UdpSocket]> {
  for (;;) {
    const server = createServer({ allowHalfOpen: true }, (socket) => serve(socket.on('error', () => socket.destroy())))
    server.listen(0, address)
    await once(server, 'listening')
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    udp.bind(portOf(server), address)
    try {
      await once(udp, 'listening')
      return [server, udp]
    } catch {
      udp.close()
      server.close()
    }
  }
}

const flagsOf = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const

/** An answer to the query as it should be. */
export function answer(
  { id, questions }: DecodedPacket,
  rcode: keyof typeof flagsOf = 'NOERROR',
  answers: Answer[] = [],
): Buffer {
  const fields = { ...(id !== undefined && { id }), ...(questions && { questions }) }
  return encode({ type: 'response', flags: flagsOf[rcode], ...fields, answers })
}

export function truncated({ id, questions }: DecodedPacket): Buffer {
  const fields = { ...(id !== undefined && { id }), ...(questions && { questions }) }
  return encode({ type: 'response', flags: TRUNCATED_RESPONSE, ...fields })
}

/** Where every name of the family is: on loopback. */
export function onLoopback(query: DecodedPacket): Buffer {
  const [{ name = '', type = '' } = {}] = query.questions ?? []
  return answer(query, 'NOERROR', type === 'A' ? [{ type: 'A', name, ttl: 5, data: '127.0.0.1' }] : [])
}

function serveTcp(
  socket: Socket,
  answersTo: (bytes: Buffer, over: 'tcp', port: number) => Promise<readonly Buffer[]>,
): void {
  let received = Buffer.alloc(0)
  socket.on('data', async (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
    const answers = await answersTo(received.subarray(2), 'tcp', socket.remotePort ?? 0)
    for (const bytes of answers) socket.write(framed(bytes))
  })
}

/** After its length, as over TCP. */
export function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
