import { PullError } from '../pull-reason.ts'
import { type Body, createBody } from './body.ts'

/** What an HTTP server said. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Whether the next question may go over the same connection. */
  readonly keepsAlive: boolean
}

/** Reads one answer of HTTP/1.1 from what arrives. All of it throws a PullError for what cannot be an answer. */
export interface AnswerReader {
  /** The answer, when these bytes were the last of it. */
  read(bytes: Buffer): Answer | undefined
  /** The same when the server has ended the connection. */
  end(): Answer | undefined
  readonly hasBegun: boolean
}

const headAtMost = 16 * 1024

export function createAnswerReader(bodyAtMost: number): AnswerReader {
  let head: Buffer = Buffer.alloc(0)
  let heard = 0
  let begun: Begun | undefined

  function answerOf({ status, headers, keepsAlive, body }: Begun): Answer | undefined {
    const whole = body.whole()
    return whole && { status, headers, keepsAlive, body: whole }
  }

  return {
    read(bytes) {
      heard += bytes.length
      if (begun === undefined) {
        head = Buffer.concat([head, bytes])
        const end = endOfHead(head)
        if (end === undefined) {
          if (head.length > headAtMost) throw new PullError('bad_reply', `more than ${headAtMost} bytes of headers`)
          return undefined
        }
        begun = beginning(head.toString('latin1', 0, end), bodyAtMost)
        begun.body.read(head.subarray(end + 4))
        head = Buffer.alloc(0)
      } else begun.body.read(bytes)
      return answerOf(begun)
    },
    end() {
      begun?.body.end()
      return begun && answerOf(begun)
    },
    get hasBegun() {
      return heard > 0
    },
  }
}

interface Begun extends Omit<Answer, 'body'> {
  readonly body: Body
}

function endOfHead(bytes: Buffer): number | undefined {
  const at = bytes.indexOf('\r\n\r\n')
  return at < 0 || at > headAtMost ? undefined : at
}

function beginning(head: string, bodyAtMost: number): Begun {
  const [first = '', ...lines] = head.split('\r\n')
  const [, minor, digits] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? []
  const status = Number(digits)
  // Nothing that we ask is answered in steps.
  if (digits === undefined || status < 200) throw new PullError('bad_reply', `no answer of HTTP: ${first.slice(0, 80)}`)
  const headers = headersIn(lines)
  const chunked = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  const stays = !/\bclose\b/i.test(headers.get('connection') ?? '') && minor === '1'
  const isMeasured = chunked !== undefined || length !== undefined
  const body = createBody({ chunked, length: status === 204 || status === 304 ? '0' : length }, bodyAtMost)
  return { status, headers, keepsAlive: stays && isMeasured, body }
}

function headersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new PullError('bad_reply', `no header of HTTP: ${line.slice(0, 80)}`)
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'content-length' && headers.has(name) && headers.get(name) !== value)
      throw new PullError('bad_reply', 'two lengths of one answer')
    headers.set(name, value)
  }
  return headers
}
