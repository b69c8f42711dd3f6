import type { IpFamily } from '../model/check.ts'
import type { ProbeContext } from '../model/probe.ts'
import { type Failure, failed } from '../model/result.ts'
import { converse } from './conversation.ts'
import { type DnsAnswer, type DnsQuery, type DnsQuestion, dnsQuery, readDns } from './dns-message.ts'
import type { Datagrams, Endpoint, Transport } from './transport.ts'

export interface DnsServer extends Endpoint {
  readonly family: IpFamily
}

export interface DnsAsking extends Pick<ProbeContext, 'signal' | 'enter'> {
  readonly transport: Transport
  readonly server: DnsServer
  /** When the second try goes out, as a resolver's would. */
  readonly retryMs: number
}

const lengthBytes = 2

/** Asks over UDP, twice if need be, and over TCP when the answer did not fit. Throws what the network did. */
export async function askDns(question: DnsQuestion, asking: DnsAsking): Promise<DnsAnswer | Failure> {
  const answer = await askOverUdp(question, asking)
  return 'truncated' in answer && answer.truncated ? askDnsOverTcp(question, asking) : answer
}

/** Every try has a port and an id of its own, so that a stale connection-tracking entry fails one and not both. */
async function askOverUdp(question: DnsQuestion, asking: DnsAsking): Promise<DnsAnswer | Failure> {
  const { signal, enter, retryMs } = asking
  const sockets: Datagrams[] = []
  let interrupt = () => {}
  let retry: NodeJS.Timeout | undefined
  enter('exchange')
  try {
    return await new Promise<DnsAnswer | Failure>((resolve, reject) => {
      let firstStray: string | undefined
      const stray = (detail: string) => {
        firstStray ??= detail
      }
      interrupt = () => {
        // Wrong answers only are another fault than no answer.
        if (firstStray === undefined) reject(signal.reason)
        else resolve(failed('bad_reply', firstStray))
      }
      if (signal.aborted) return interrupt()
      signal.addEventListener('abort', interrupt, { once: true })
      const ask = () => {
        const socket = asking.transport.openUdp(asking.server.family)
        sockets.push(socket)
        sendQuery(socket, dnsQuery(question), asking.server, { resolve, reject, stray })
      }
      retry = setTimeout(ask, retryMs)
      ask()
    })
  } finally {
    clearTimeout(retry)
    signal.removeEventListener('abort', interrupt)
    for (const socket of sockets) socket.close()
  }
}

interface Hearing {
  resolve(answer: DnsAnswer): void
  reject(error: unknown): void
  /** Hears of everything that came and is no answer of this server to this query. */
  stray(detail: string): void
}

function sendQuery(socket: Datagrams, query: DnsQuery, server: DnsServer, { resolve, reject, stray }: Hearing): void {
  socket.on('error', reject)
  socket.on('message', (bytes, from) => {
    if (from.address !== server.address || from.port !== server.port) {
      return stray(`an answer from ${from.address} port ${from.port}, which nobody asked`)
    }
    const reading = readDns(bytes, query)
    if (reading.kind === 'answer') resolve(reading)
    else stray(reading.detail)
  })
  socket.send(query.bytes, server.port, server.address, (error) => {
    if (error !== null) reject(error)
  })
}

/** The same question over TCP: a query and an answer of at most 64 KiB, each after its length. */
export function askDnsOverTcp(question: DnsQuestion, { transport, server, signal, enter }: DnsAsking) {
  const query = dnsQuery(question)
  enter('connect')
  const socket = transport.connect(server)
  return converse<DnsAnswer | Failure>(socket, signal, (settle) => {
    let received = Buffer.alloc(0)
    socket.once('connect', () => {
      enter('exchange')
      const length = Buffer.alloc(lengthBytes)
      length.writeUInt16BE(query.bytes.length)
      socket.write(Buffer.concat([length, query.bytes]))
    })
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.length < lengthBytes ? Infinity : lengthBytes + received.readUInt16BE(0)
      if (received.length < end) return
      const reading = readDns(received.subarray(lengthBytes, end), query)
      settle(reading.kind === 'answer' ? reading : failed('bad_reply', reading.detail))
    })
    socket.on('end', () => settle(failed('reset', `closed after ${received.length} bytes of the answer`)))
  })
}
