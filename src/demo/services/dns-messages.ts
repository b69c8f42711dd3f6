import { type DecodedPacket, decode, encode, type Packet, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'

export type Rcode = 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN' | 'REFUSED'

const rcodes: Readonly<Record<Rcode, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

/** A query that has one question; undefined for anything else, which gets no answer. */
export function readQuery(bytes: Buffer): DecodedPacket | undefined {
  try {
    const query = decode(bytes)
    return query.type === 'query' && query.questions?.length === 1 ? query : undefined
  } catch {
    return undefined
  }
}

export function answerTo({ id, questions }: DecodedPacket, rcode: Rcode, answers: Packet['answers'] = []): Buffer {
  const flags = RECURSION_DESIRED | RECURSION_AVAILABLE | rcodes[rcode]
  return encode({
    type: 'response',
    flags,
    ...(id !== undefined && { id }),
    ...(questions !== undefined && { questions }),
    answers,
  })
}
