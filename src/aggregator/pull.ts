import type { AgentAddress } from '../model/census.ts'
import { pullToken, roundsPath, type Signer } from '../model/pull.ts'
import { roundsKept } from '../model/round.ts'
import type { Answer } from './http/answer-reader.ts'
import { createConnection } from './http/connection.ts'
import { PullError, pullReason } from './pull-reason.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { readLine, type ToldRound, unpacked } from './told-round.ts'

const bodyAtMost = 8 * 1024 * 1024
const connectMs = 5000
/** An agent answers a long poll within 30 s, with a round or without. */
const answerMs = 45_000
/** How much of an answer that is none is told. */
const shown = 200
const lineEnd = 10

export interface Puller {
  isOpen(): boolean
  /** Opens the connection, unless it is open. Rejects with what the network did. */
  open(signal: AbortSignal): Promise<void>
  /** The rounds after the last ones pulled; waits up to 30 s for the next. Rejects when the agent cannot be read. */
  pull(signal: AbortSignal): Promise<Pulled>
  close(): void
}

export interface Pulled {
  readonly rounds: readonly ToldRound[]
  /** Why a line beside them could not be read. */
  readonly trouble: PullError | undefined
}

export interface PullerParts {
  readonly signer: Signer
  readonly wallMs: () => number
  /** Of an agent of which nothing is known, no more than the newest of these rounds. */
  readonly atMost?: number
  /** Where the rounds are kept that were told. */
  readonly shelf?: Shelf
}

/** Reads one agent's rounds over one kept-alive connection. */
export function createPuller(agent: AgentAddress, parts: PullerParts): Puller {
  const { signer, wallMs, atMost = roundsKept, shelf = createShelf() } = parts
  const { node, podUid, host, port } = agent
  const connection = createConnection({ host, port, connectMs, answerMs, bodyAtMost })
  const token = createTokens((ms) => pullToken(signer, roundsPath, podUid, ms), wallMs)
  let cursor = { bootId: '', seq: -1 }
  return {
    isOpen: connection.isOpen,
    open: connection.open,
    async pull(signal) {
      const path = `${roundsPath}?boot=${encodeURIComponent(cursor.bootId)}&after=${cursor.seq}`
      const authorization = `Bearer ${token()}`
      // It pays: what waits takes a sixth of the room and of the network, for 30 µs an answer.
      const answer = await connection.get(path, { authorization, 'accept-encoding': 'gzip' }, signal)
      const pulled = linesOf(answer, node, cursor.bootId === '' ? atMost : roundsKept)
      const last = pulled.rounds.at(-1)
      if (last !== undefined) cursor = { bootId: last.bootId, seq: last.seq }
      const rounds = pulled.rounds.map((round) => ({ ...round, packed: shelf.keep(round.packed) }))
      return { ...pulled, rounds }
    },
    close: connection.close,
  }
}

/** One token serves for a minute: to make one costs as much as all the rest of a question. */
function createTokens(make: (ms: number) => string, wallMs: () => number): () => string {
  let [token, minute] = ['', Number.NaN]
  return () => {
    const now = Math.floor(wallMs() / 60_000)
    if (now !== minute) [token, minute] = [make(wallMs()), now]
    return token
  }
}

function linesOf(answer: Answer, node: string, atMost: number): Pulled {
  const { text, isPacked } = textOf(answer, node)
  if (answer.status !== 200) {
    const said = text.toString('utf8', 0, shown).trim()
    throw new PullError('bad_status', `agent on ${node} answered ${answer.status}: ${said}`)
  }
  const lines = cut(text)
  const packed = isPacked && lines.length === 1 && text.at(-1) === lineEnd ? answer.body : undefined
  const rounds: ToldRound[] = []
  let trouble: PullError | undefined
  for (const line of lines.slice(-atMost)) {
    try {
      rounds.push(readLine(line, node, packed))
    } catch (error) {
      trouble = error instanceof PullError ? error : new PullError(pullReason(error), String(error), { cause: error })
    }
  }
  return { rounds, trouble }
}

function cut(text: Buffer): readonly Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf(lineEnd, from)
    const to = end < 0 ? text.length : end
    if (to > from) lines.push(text.subarray(from, to))
    from = to + 1
  }
  return lines
}

function textOf({ headers, body }: Answer, node: string): { readonly text: Buffer; readonly isPacked: boolean } {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding === 'identity') return { text: body, isPacked: false }
  if (encoding !== 'gzip') throw new PullError('bad_reply', `agent on ${node} answered in ${encoding.slice(0, 40)}`)
  const { text, isWhole } = unpacked(body, bodyAtMost)
  return { text, isPacked: isWhole }
}
