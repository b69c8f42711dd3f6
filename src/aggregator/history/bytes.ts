/** Small numbers as few bytes: seven bits in each, the eighth says that more follow. Whole numbers from 0 to 2^53 - 1. */
export interface ByteWriter {
  /** Writes anything that is no such number as 0, and a fraction as the whole number next to it. */
  number(value: number): void
  /** One byte, 0…255. */
  byte(value: number): void
  block(bytes: Uint8Array): void
  /** All that was written; good until the next write. */
  written(): Uint8Array
}

/** Reads what a `ByteWriter` wrote, in the same order. Throws a RangeError where the bytes end too early. */
export interface ByteReader {
  number(): number
  byte(): number
  block(length: number): Uint8Array
  readonly isAtEnd: boolean
}

export function createByteWriter(): ByteWriter {
  let bytes = new Uint8Array(4096)
  let length = 0

  function room(wanted: number): void {
    if (length + wanted <= bytes.length) return
    const larger = new Uint8Array(Math.max(2 * bytes.length, length + wanted))
    larger.set(bytes.subarray(0, length))
    bytes = larger
  }

  return {
    number(value) {
      room(8)
      let rest = value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.round(value) : 0
      while (rest >= 128) {
        bytes[length++] = (rest % 128) + 128
        rest = Math.floor(rest / 128)
      }
      bytes[length++] = rest
    },
    byte(value) {
      room(1)
      bytes[length++] = value
    },
    block(block) {
      room(block.length)
      bytes.set(block, length)
      length += block.length
    },
    written: () => bytes.subarray(0, length),
  }
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  let at = 0

  function byte(): number {
    const value = bytes[at++]
    if (value === undefined) throw new RangeError(`expected more than ${bytes.length} bytes`)
    return value
  }

  return {
    byte,
    number() {
      let value = 0
      for (let factor = 1; factor <= Number.MAX_SAFE_INTEGER; factor *= 128) {
        const next = byte()
        if (next < 128) return value + next * factor
        value += (next - 128) * factor
      }
      throw new RangeError('expected a number of 8 bytes at most')
    },
    block(length) {
      if (at + length > bytes.length) throw new RangeError(`expected more than ${bytes.length} bytes`)
      at += length
      return bytes.subarray(at - length, at)
    },
    get isAtEnd() {
      return at >= bytes.length
    },
  }
}
