import { PullError } from '../pull-reason.ts'

/** The body of one answer while it arrives. Throws a PullError for what cannot be one, and for one that is too long. */
export interface Body {
  read(bytes: Buffer): void
  /** The connection has ended. */
  end(): void
  /** Undefined while something is missing. */
  whole(): Buffer | undefined
}

export interface Measure {
  /** The header `transfer-encoding`. */
  readonly chunked: string | undefined
  /** The header `content-length`. */
  readonly length: string | undefined
}

/** How it ends: after its chunks, after its length, or with the connection. */
export function createBody({ chunked, length }: Measure, atMost: number): Body {
  const parts = createParts(atMost)
  if (chunked !== undefined) {
    if (chunked.toLowerCase() !== 'chunked') throw new PullError('bad_reply', `encoded as ${chunked.slice(0, 40)}`)
    return chunks(parts)
  }
  if (length === undefined) return untilTheEnd(parts)
  if (!/^\d{1,15}$/.test(length)) throw new PullError('bad_reply', `no length: ${length.slice(0, 40)}`)
  parts.expect(Number(length))
  return measured(parts, Number(length))
}

function measured(parts: Parts, length: number): Body {
  return {
    read(bytes) {
      if (parts.length() + bytes.length > length) throw new PullError('bad_reply', 'more than its length')
      parts.add(bytes)
    },
    end: cutShort(() => parts.length() === length),
    whole: () => (parts.length() === length ? parts.joined() : undefined),
  }
}

function untilTheEnd(parts: Parts): Body {
  let ended = false
  return {
    read: parts.add,
    end: () => {
      ended = true
    },
    whole: () => (ended ? parts.joined() : undefined),
  }
}

/** A line with the size or a trailer is no longer. */
const lineAtMost = 1024

function chunks(parts: Parts): Body {
  let pending: Buffer = Buffer.alloc(0)
  /** Bytes of this chunk that are missing, its line end included; undefined between two chunks. */
  let left: number | undefined
  let state: 'chunks' | 'trailers' | 'whole' = 'chunks'

  function line(): string | undefined {
    const at = pending.indexOf('\r\n')
    if (at > lineAtMost || (at < 0 && pending.length > lineAtMost))
      throw new PullError('bad_reply', 'no chunks of HTTP')
    if (at < 0) return undefined
    const text = pending.toString('latin1', 0, at)
    pending = pending.subarray(at + 2)
    return text
  }

  /** Whether there may be more to do with what is pending. */
  function step(): boolean {
    if (state === 'whole') throw new PullError('bad_reply', 'more than its last chunk')
    if (left !== undefined) {
      const taken = pending.subarray(0, left)
      pending = pending.subarray(taken.length)
      parts.add(taken.subarray(0, Math.max(0, left - 2)))
      left = left === taken.length ? undefined : left - taken.length
      return true
    }
    const text = line()
    if (text === undefined) return false
    if (state === 'trailers') {
      if (text === '') state = 'whole'
      return true
    }
    const [, digits] = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec(text) ?? []
    if (digits === undefined) throw new PullError('bad_reply', 'no chunks of HTTP')
    const size = Number.parseInt(digits, 16)
    if (size === 0) state = 'trailers'
    else {
      parts.expect(size)
      left = size + 2
    }
    return true
  }

  return {
    read(bytes) {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      while (pending.length > 0 && step());
    },
    end: cutShort(() => state === 'whole'),
    whole: () => (state === 'whole' ? parts.joined() : undefined),
  }
}

function cutShort(isWhole: () => boolean): () => void {
  return () => {
    if (!isWhole()) throw new PullError('reset', 'the connection ended within an answer')
  }
}

interface Parts {
  add(bytes: Buffer): void
  /** So many more will come: refused at once when that is too much. */
  expect(bytes: number): void
  length(): number
  /** A copy: what arrived is part of a larger buffer, which would stay with it. */
  joined(): Buffer
}

function createParts(atMost: number): Parts {
  const parts: Buffer[] = []
  let length = 0
  const refuse = (bytes: number) => {
    if (length + bytes > atMost) throw new PullError('bad_reply', `more than ${atMost} bytes`)
  }
  return {
    add(bytes) {
      refuse(bytes.length)
      length += bytes.length
      if (bytes.length > 0) parts.push(bytes)
    },
    expect: refuse,
    length: () => length,
    joined: () => Buffer.concat(parts, length),
  }
}
