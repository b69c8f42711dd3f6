/** Lets `burst` through at once, then one every `everyMs`. Times are monotonic. */
export interface Bucket {
  /** Whether one may go now; then it counts. */
  take(nowMs: number): boolean
  /** In how long the next may go. */
  nextInMs(nowMs: number): number
}

export function createBucket(burst: number, everyMs: number): Bucket {
  let tokens = burst
  let atMs = Number.NEGATIVE_INFINITY

  function refill(nowMs: number): void {
    tokens = atMs === Number.NEGATIVE_INFINITY ? burst : Math.min(burst, tokens + (nowMs - atMs) / everyMs)
    atMs = nowMs
  }

  return {
    take(nowMs) {
      refill(nowMs)
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    nextInMs(nowMs) {
      refill(nowMs)
      return tokens >= 1 ? 0 : (1 - tokens) * everyMs
    },
  }
}
