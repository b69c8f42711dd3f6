import type { ProbeContext } from '../model/probe.ts'
import { failed, type Outcome } from '../model/result.ts'
import type { Target } from '../model/target.ts'
import type { Answering } from './answering.ts'
import type { Tools } from './define-probe.ts'
import { askHttp, type Secure } from './http-exchange.ts'
import { type HttpReply, readRequest, requestText } from './http-messages.ts'
import { judgeIdentity, readIdentity, sealIdentity } from './identity.ts'
import { type Asked, askedOf, readQuestion } from './question.ts'

/** How a request has to look for what stands between us and the agent. */
export interface Via {
  /** The Host header; the target's own address and port when absent. */
  readonly host?: string
  readonly path?: string
  readonly secure?: Secure
}

const path = '/v1/probe'
const header = 'Meshprobe-Probe'
const detailLimit = 100

/** Answer to everything that is not an authentic, new question; a load balancer's health check takes it for health. */
const empty = 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'

/** GET, with the question in a header; the reply says who answered. Shared by all checks that ask agents by HTTP. */
export function identityByHttp(tools: Tools, via: Via | ((target: Target) => Via) = {}) {
  return async (target: Target, context: ProbeContext): Promise<Outcome> => {
    const { host = hostOf(target), secure, ...rest } = typeof via === 'function' ? via(target) : via
    const asked = askedOf(target, tools, context)
    const headers = { Host: host, 'User-Agent': 'meshprobe', [header]: asked.text }
    const request = requestText(rest.path ?? path, headers)
    const socket = tools.transport.connect(target)
    const reply = await askHttp({ socket, request, ...(secure && { secure }) }, context)
    return 'outcome' in reply ? reply : judgeReply(reply, asked, { target, tools })
  }
}

/** What to send back and close after, given all that has come so far; `''` closes at once, undefined waits for more. */
export function answerHttp(text: string, { keyring, identity, repeats }: Answering): string | undefined {
  const headers = readRequest(text)
  if (headers === undefined) return undefined
  const heard = readQuestion(headers.get(header.toLowerCase()) ?? '', keyring)
  if (heard.seal === 'valid' && repeats.firstTime(heard.question.nonce)) {
    const body = sealIdentity(identity(), heard.question.nonce, keyring)
    return `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`
  }
  // Whoever cannot prove anything gets back no more than it sent.
  return text.length >= empty.length ? empty : ''
}

function judgeReply({ status, headers, body }: HttpReply, asked: Asked, { target, tools }: Judging): Outcome {
  if (status === 204) {
    return failed('bad_reply', 'status 204 without an identity: the agent there does not accept our mesh key')
  }
  if (status !== 200) {
    const location = headers.get('location')
    return failed(
      'bad_status',
      `status ${status}${location === undefined ? '' : ` to ${location}`}`.slice(0, detailLimit),
    )
  }
  const reply = readIdentity(body, asked.nonce, tools.keyring)
  if (reply.reply === 'identity') return judgeIdentity(reply.identity, target, tools.self.cluster)
  return failed(
    'bad_reply',
    reply.reply === 'bad' ? reply.detail : 'an answer to another question: a cache on the way?',
  )
}

interface Judging {
  readonly target: Target
  readonly tools: Tools
}

function hostOf({ address, port, family }: Target): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}
