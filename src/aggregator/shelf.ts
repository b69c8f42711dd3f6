/** Puts many small things that come together, and go together, into a few large pieces of memory. */
export interface Shelf {
  /** A copy, which stays for as long as anybody has it or one of its neighbours. */
  keep(bytes: Uint8Array): Uint8Array
}

const boardBytes = 256 * 1024

export function createShelf(): Shelf {
  let board = new Uint8Array(0)
  let used = 0
  return {
    keep(bytes) {
      if (bytes.length > boardBytes / 4) return bytes.slice()
      if (used + bytes.length > board.length) {
        board = new Uint8Array(boardBytes)
        used = 0
      }
      const place = board.subarray(used, used + bytes.length)
      place.set(bytes)
      used += bytes.length
      return place
    },
  }
}
