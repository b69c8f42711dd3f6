import type { IpFamily } from '../model/check.ts'
import { type Failure, failed } from '../model/result.ts'
import { converse } from './conversation.ts'
import { type DnsQuery, type DnsQuestion, type DnsReading, dnsQuery, readDns } from './dns-message.ts'
import type { Endpoint, Transport } from './transport.ts'

export type DnsAnswer = Extract<DnsReading, { kind: 'answer' }>

export interface DnsServer extends Endpoint {
  readonly family: IpFamily
}

export interface DnsAsking {
  readonly transport: Transport
  readonly server: DnsServer
  readonly signal: AbortSignal
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
  const { signal, retryMs } = asking
  const ended = new AbortController()
  const strays: string[] = []
  let interrupt = () => {}
  let retry: NodeJS.Timeout | undefined
  try {
    return await new Promise<DnsAnswer | Failure>((resolve, reject) => {
      interrupt = () => {
        const [stray] = strays
        // Wrong answers only are another fault than no answer.
        if (stray === undefined) reject(signal.reason)
        else resolve(failed('bad_reply', stray))
      }
      if (signal.aborted) return interrupt()
      signal.addEventListener('abort', interrupt, { once: true })
      const ask = () => sendQuery(dnsQuery(question), asking, { resolve, reject, strays, ended: ended.signal })
      retry = setTimeout(ask, retryMs)
      ask()
    })
  } finally {
    clearTimeout(retry)
    signal.removeEventListener('abort', interrupt)
    ended.abort()
  }
}

interface Hearing {
  resolve(answer: DnsAnswer): void
  reject(error: unknown): void
  readonly strays: string[]
  /** Aborts when nobody waits for an answer any more. */
  readonly ended: AbortSignal
}

function sendQuery(query: DnsQuery, { transport, server }: DnsAsking, { resolve, reject, strays, ended }: Hearing) {
  const socket = transport.openUdp(server.family)
  ended.addEventListener('abort', () => socket.close(), { once: true })
  socket.on('error', reject)
  socket.on('message', (bytes, from) => {
    if (from.address !== server.address || from.port !== server.port) {
      strays.push(`answer from ${from.address}:${from.port}`)
      return
    }
    const reading = readDns(bytes, query)
    if (reading.kind === 'answer') resolve(reading)
    else strays.push(reading.detail)
  })
  socket.send(query.bytes, server.port, server.address, (error) => {
    if (error !== null && !ended.aborted) reject(error)
  })
}

/** The same question over TCP: a query and an answer of at most 64 KiB, each after its length. */
export function askDnsOverTcp(question: DnsQuestion, { transport, server, signal }: DnsAsking) {
  const query = dnsQuery(question)
  const socket = transport.connect(server)
  return converse<DnsAnswer | Failure>(socket, signal, (settle) => {
    let received = Buffer.alloc(0)
    socket.once('connect', () => {
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
