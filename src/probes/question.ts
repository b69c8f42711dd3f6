import { randomBytes } from 'node:crypto'

import type { ProbeContext } from '../model/probe.ts'
import type { Target } from '../model/target.ts'
import type { Tools } from './define-probe.ts'
import type { Keyring } from './keyring.ts'
import { seal, unseal } from './sealed.ts'

/** What a probe says of itself, once its MAC has been checked. */
export interface Question {
  readonly check: string
  readonly from: string
  readonly round: number
  readonly index: number
  /** Never used twice: the reply is bound to it, and a repeat is known by it. */
  readonly nonce: string
  readonly viewHash: string
  readonly sentMs: number
}

/** A question ready to be sent, and what its answer will be recognised by. */
export interface Asked {
  readonly text: string
  readonly nonce: string
}

const nonceBytes = 16
const noncePattern = /^[\w-]{22}$/

/** `index` on the wire is the caller's: `peer_udp` numbers its datagrams over two targets. */
export function askedOf(target: Target, tools: Tools, context: ProbeContext, index = context.index): Asked {
  const { self, keyring, wallMs } = tools
  const nonce = randomBytes(nonceBytes).toString('base64url')
  const fields = {
    check: target.check,
    from: self.node,
    boot: self.bootId,
    to: target.peer?.podUid ?? '',
    round: context.round,
    index,
    nonce,
    view: context.viewHash,
    sent: Math.round(wallMs()),
  }
  return { text: seal('probe', fields, keyring), nonce }
}

/** What was asked; `nonce` alone when the MAC is wrong; nothing when it is no probe. */
export type Heard =
  | { readonly seal: 'valid'; readonly question: Question }
  | { readonly seal: 'forged'; readonly nonce: string }
  | { readonly seal: 'foreign' }

export function readQuestion(text: string, keyring: Keyring): Heard {
  const opened = unseal('probe', text, keyring)
  if (opened.seal === 'foreign') return opened
  const { fields } = opened
  const nonce = fields.get('nonce') ?? ''
  if (!noncePattern.test(nonce)) return { seal: 'foreign' }
  if (opened.seal === 'forged') return { seal: 'forged', nonce }
  const [round, index, sentMs] = ['round', 'index', 'sent'].map((name) => Number(fields.get(name) ?? Number.NaN))
  if (!isCount(round) || !isCount(index) || !isCount(sentMs)) return { seal: 'foreign' }
  const words = { check: fields.get('check') ?? '', from: fields.get('from') ?? '', viewHash: fields.get('view') ?? '' }
  return { seal: 'valid', question: { ...words, round, index, nonce, sentMs } }
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
