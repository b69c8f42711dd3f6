import { randomInt } from 'node:crypto'

import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED, type RecordType } from 'dns-packet'

import { excerpt } from './excerpt.ts'

export interface DnsQuestion {
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'PTR'
}

/** A query ready to be sent. */
export interface DnsQuery {
  readonly question: DnsQuestion
  readonly id: number
  readonly bytes: Buffer
}

export interface DnsAnswer {
  readonly kind: 'answer'
  readonly rcode: string
  readonly truncated: boolean
  /** Of the family that was asked for. */
  readonly addresses: readonly string[]
}

/** What bytes turned out to be, seen by the one who asked. */
export type DnsReading =
  | DnsAnswer
  /** Something, but not the answer to this query: a late one, a forged one, garbage. */
  | { readonly kind: 'stray'; readonly detail: string }

/** A fresh id for every query: an old answer is then known by it. */
export function dnsQuery(question: DnsQuestion): DnsQuery {
  const id = randomInt(0x10000)
  return { question, id, bytes: encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [question] }) }
}

export function readDns(bytes: Buffer, { question, id }: DnsQuery): DnsReading {
  let packet: DecodedPacket & { readonly rcode?: string }
  try {
    packet = decode(bytes)
  } catch (error) {
    return stray(`not DNS: ${error instanceof Error ? excerpt(error.message) : 'garbage'}`)
  }
  if (packet.type !== 'response') return stray('a query, not an answer')
  if (packet.id !== id) return stray(`answer to query ${packet.id}, not to ${id}`)
  const [asked] = packet.questions ?? []
  if (asked === undefined) return stray('an answer without a question')
  if (!isSame(asked, question)) return stray(`answer about ${asked.type} of ${excerpt(asked.name)}`)
  const addresses = (packet.answers ?? []).flatMap((answer) => addressIn(answer, question))
  return { kind: 'answer', rcode: packet.rcode ?? 'NOERROR', truncated: packet.flag_tc, addresses }
}

function stray(detail: string): DnsReading {
  return { kind: 'stray', detail }
}

/** Names are equal whatever their case. */
function isSame(asked: { readonly name: string; readonly type: RecordType }, { name, type }: DnsQuestion): boolean {
  return asked.type === type && asked.name.toLowerCase() === name.toLowerCase()
}

function addressIn(answer: Answer, { type }: DnsQuestion): readonly string[] {
  return answer.type === type && (answer.type === 'A' || answer.type === 'AAAA') ? [answer.data] : []
}
