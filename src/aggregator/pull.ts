import { Pool } from 'undici'

import type { AgentAddress } from '../model/census.ts'
import { pullToken, roundsPath, type Signer } from '../model/pull.ts'
import type { Round } from '../model/round.ts'
import { BadAnswerError } from './pull-reason.ts'

const bodyLimit = 8 * 1024 * 1024
/** An agent answers a long poll within 30 s, with a round or without. */
const pollMs = 35_000

export interface Puller {
  /** The rounds after the last ones pulled; waits up to 30 s for the next. Throws when the agent cannot be read. */
  pull(signal: AbortSignal): Promise<readonly Round[]>
  close(): Promise<void>
}

/** Reads one agent's rounds over one kept-alive connection. */
export function createPuller(agent: AgentAddress, signer: Signer, wallMs: () => number): Puller {
  const { node, podUid, host, port } = agent
  const pool = new Pool(`http://${host.includes(':') ? `[${host}]` : host}:${port}`, {
    connections: 1,
    connect: { timeout: 5000 },
    headersTimeout: pollMs,
    bodyTimeout: 10_000,
    maxResponseSize: bodyLimit,
  })
  let cursor = { bootId: '', seq: -1 }
  return {
    async pull(signal) {
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: `${roundsPath}?boot=${encodeURIComponent(cursor.bootId)}&after=${cursor.seq}`,
        headers: { authorization: `Bearer ${pullToken(signer, roundsPath, podUid, wallMs())}` },
        signal,
      })
      const text = await body.text()
      if (statusCode !== 200) {
        throw new BadAnswerError('bad_status', `agent on ${node} answered ${statusCode}: ${text.slice(0, 200).trim()}`)
      }
      const rounds = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => readRound(line, node))
      const last = rounds.at(-1)
      if (last !== undefined) cursor = { bootId: last.bootId, seq: last.seq }
      return rounds
    },
    close: () => pool.destroy(),
  }
}

/** A line as an agent serves it. Throws when it is no round, or another node's. */
function readRound(line: string, node: string): Round {
  const value = parsed(line, node)
  const isRound =
    value.kind === 'round' &&
    Number.isInteger(value.round) &&
    Number.isInteger(value.seq) &&
    typeof value.bootId === 'string' &&
    [value.ok, value.stable, value.fails, value.received].every(Array.isArray)
  if (!isRound) throw new BadAnswerError('bad_reply', `agent on ${node} answered something that is no round`)
  if (value.node !== node) throw new BadAnswerError('wrong_peer', `agent on ${node} answered as ${value.node}`)
  return value as Round
}

function parsed(line: string, node: string): Partial<Round> {
  try {
    return JSON.parse(line)
  } catch {
    throw new BadAnswerError('bad_reply', `agent on ${node} answered something that is no JSON`)
  }
}
