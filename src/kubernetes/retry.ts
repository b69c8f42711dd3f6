const retryAfterAtMostMs = 300_000
const firstShare = 1 / 8

/** A fifth more or less, so that those who were in step do not stay so. */
export function withJitter(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random())
}

export interface Trouble {
  /** How many questions in a row have failed, this one included. */
  readonly failures: number
  readonly intervalMs: number
  /** What the server asked for; 0 when it did not. */
  readonly retryAfterMs: number
}

/** How long to wait after a failure: doubling up to the interval, never sooner than the server asked for. */
export function retryDelay({ failures, intervalMs, retryAfterMs }: Trouble, random: () => number): number {
  const doubled = Math.min(intervalMs, intervalMs * firstShare * 2 ** (failures - 1))
  const asked = Math.min(retryAfterMs, retryAfterAtMostMs)
  return Math.max(doubled * (0.5 + 0.5 * random()), asked * (1 + 0.2 * random()))
}
