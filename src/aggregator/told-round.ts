import { gunzipSync, gzipSync } from 'node:zlib'

import type { Round } from '../model/round.ts'
import { isRecord, known, wrongIn } from '../model/round-shape.ts'
import { PullError } from './pull-reason.ts'

/**
 * One agent's round as it was told. Thousands wait for the end of their round at any time, so nothing of it is parsed
 * but who told it and of when: the text is packed, a member of gzip, of one line with its end.
 */
export interface ToldRound {
  readonly node: string
  readonly round: number
  readonly roundSeconds: number
  readonly bootId: string
  readonly seq: number
  readonly packed: Uint8Array
}

/** A round in which everything fails has a tenth of this. */
const lineAtMost = 256 * 1024
/** Fast rather than small: agents pack what they send themselves. */
const level = 1
const lineEnd = 10
/** So much of a line has its first fields, as agents write them. */
const headBytes = 640
const length = /"roundSeconds":(\d{1,4}(?:\.\d{1,3})?),/
const head = /^\{"kind":"round","round":(\d{1,15}),"bootId":"([^"\\]*)","seq":(\d{1,15}),"node":"([^"\\]*)"/

/**
 * Reads who told a line, and of when; `packed` when it came so. Throws a PullError when that is no round, or another
 * node's; what is wrong further back is found when it is judged.
 */
export function readLine(line: Buffer, node: string, packed?: Uint8Array): ToldRound {
  if (line.length > lineAtMost) throw new PullError('bad_reply', `agent on ${node} answered a line that is too long`)
  const begins = line.toString('latin1', 0, headBytes)
  const [found, seconds] = [head.exec(begins), length.exec(begins)?.[1]]
  const about = found === null || seconds === undefined ? parsedHead(line, node) : headOf(found, Number(seconds))
  if (about.node !== node) throw new PullError('wrong_peer', `agent on ${node} answered as ${about.node.slice(0, 80)}`)
  return { ...about, packed: packed ?? packText(`${line}\n`) }
}

/** A member of gzip. What zlib gives is the beginning of 16 kB, which would stay with it. */
export function packText(text: string): Uint8Array {
  return new Uint8Array(gzipSync(text, { level }))
}

/**
 * The round of a line whose head was read before, without what only a newer agent knows. Throws a PullError when it is
 * none after all. Fields that we do not know are no mistake.
 */
export function unpackRound(packed: Uint8Array): Round {
  const { text, isWhole } = unpacked(packed, lineAtMost)
  const isLine = isWhole && text.indexOf(lineEnd) === text.length - 1
  const value = isLine ? parsed(text) : undefined
  const wrong = isRecord(value) && value['kind'] === 'round' ? wrongIn('round', value) : 'no round'
  if (wrong !== undefined) throw new PullError('bad_reply', wrong)
  return known(value as unknown as Round)
}

/** `isWhole`: there is one stream of gzip and nothing behind it, so that others may be put there. */
export function unpacked(bytes: Uint8Array, atMost: number): { readonly text: Buffer; readonly isWhole: boolean } {
  try {
    const { buffer, engine } = gunzipSync(bytes, { maxOutputLength: atMost, info: true }) as unknown as Unpacked
    return { text: buffer, isWhole: engine.bytesWritten === bytes.length }
  } catch (error) {
    throw new PullError('bad_reply', 'no gzip, or too much of it', { cause: error })
  }
}

/** What Node gives with `info`, which its types do not know. */
interface Unpacked {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

type Head = Omit<ToldRound, 'packed'>

function headOf([, round, bootId = '', seq, node = '']: RegExpExecArray, roundSeconds: number): Head {
  return { node, round: Number(round), roundSeconds, bootId, seq: Number(seq) }
}

/** Of an agent that writes its fields in another order, or names beyond ASCII. */
function parsedHead(line: Buffer, asked: string): Head {
  const value = parsed(line)
  const { kind, round, roundSeconds, bootId, seq, node } = isRecord(value) ? value : {}
  const isHead = kind === 'round' && Number.isInteger(round) && Number.isInteger(seq) && typeof bootId === 'string'
  if (!isHead || typeof node !== 'string')
    throw new PullError('bad_reply', `agent on ${asked} answered something that is no round`)
  return { node, round: Number(round), roundSeconds: Number(roundSeconds), bootId, seq: Number(seq) }
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'))
  } catch {
    return undefined
  }
}
