import { familyOf } from '../model/peer.ts'
import type { ProbeContext } from '../model/probe.ts'
import type { Datagram } from '../model/received.ts'
import { failed, type Outcome } from '../model/result.ts'
import type { Target } from '../model/target.ts'
import type { Answering } from './answering.ts'
import type { Hearer, Line } from './datagram-line.ts'
import type { Tools } from './define-probe.ts'
import { judgeIdentity, readIdentity, sealIdentity } from './identity.ts'
import { type Asked, askedOf, type Question, readQuestion } from './question.ts'
import { sealedLimit } from './sealed.ts'
import type { Endpoint } from './transport.ts'

export interface DatagramQuestion {
  readonly line: Line
  readonly target: Target
  /** The number of the datagram on the wire. */
  readonly index: number
  /** Bytes of the datagram; 0 for no more than it needs. */
  readonly size: number
}

/** Says that the MAC was wrong, so that a wrong key does not look like loss. Shorter than any question. */
const rejected = 'meshprobe=1.rejected&nonce='
const newline = 0x0a

/** Sends one datagram and waits for its echo, which says who answered and is at least as long. */
export async function identityByDatagram(question: DatagramQuestion, tools: Tools, context: ProbeContext) {
  const { line, target, index, size } = question
  const { signal, enter } = context
  const asked = askedOf(target, tools, context, index)
  const bytes = padded(asked.text, size)
  let interrupt = () => {}
  let hearer: Hearer | undefined
  enter('exchange')
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      interrupt = () => reject(signal.reason)
      if (signal.aborted) return interrupt()
      signal.addEventListener('abort', interrupt, { once: true })
      hearer = {
        error: reject,
        message(reply, from) {
          const outcome = judgeDatagram(reply, from, { asked, bytes, target, tools })
          if (outcome !== undefined) resolve(outcome)
        },
      }
      line.hearing.add(hearer)
      line.socket.send(bytes, target.port, target.address, (error) => {
        if (error) reject(error)
      })
    })
  } finally {
    signal.removeEventListener('abort', interrupt)
    if (hearer !== undefined) line.hearing.delete(hearer)
  }
}

/** What to send back; nothing to what is no probe, or a repeat of one. */
export function answerDatagram(bytes: Buffer, from: Endpoint, answering: Answering): Buffer | undefined {
  const { keyring, identity, repeats, onDatagram } = answering
  const heard = readQuestion(textOf(bytes), keyring)
  if (heard.seal === 'foreign') return undefined
  if (heard.seal === 'forged') return Buffer.from(rejected + heard.nonce)
  const { question } = heard
  // The network may double a datagram, and then the first one has been answered.
  if (!repeats.firstTime(question.nonce)) return undefined
  if (question.check === 'peer_udp') onDatagram(receivedFrom(from, question))
  return padded(sealIdentity(identity(), question.nonce, keyring), bytes.length)
}

function receivedFrom({ address }: Endpoint, { from, round, index, viewHash, sentMs }: Question): Datagram {
  // A socket for both families writes IPv4 addresses like this.
  const family = familyOf(address.replace('::ffff:', ''))
  return { from, family, round, index, viewHash, sentMs }
}

interface Judging {
  readonly asked: Asked
  readonly bytes: Buffer
  readonly target: Target
  readonly tools: Tools
}

/** Undefined for what answers somebody else. */
function judgeDatagram(bytes: Buffer, from: Endpoint, judging: Judging): Outcome | undefined {
  const { asked, target, tools } = judging
  const text = textOf(bytes)
  if (text.startsWith(rejected)) {
    if (text.slice(rejected.length) !== asked.nonce) return undefined
    return failed('bad_reply', 'the peer does not accept our mesh key')
  }
  const reply = readIdentity(text, asked.nonce, tools.keyring)
  if (reply.reply === 'other') return undefined
  if (reply.reply === 'bad') return from.address === target.address ? failed('bad_reply', reply.detail) : undefined
  if (bytes.length < judging.bytes.length) {
    return failed('bad_reply', `an echo of ${bytes.length} bytes to a datagram of ${judging.bytes.length}`)
  }
  return judgeIdentity(reply.identity, target, tools.self.cluster)
}

/** Filled up with newlines. */
function padded(text: string, size: number): Buffer {
  const bytes = Buffer.alloc(Math.max(size, text.length), newline)
  bytes.write(text, 'latin1')
  return bytes
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(newline)
  return bytes.toString('latin1', 0, Math.min(end < 0 ? bytes.length : end, sealedLimit + 1))
}
