const retryAfterAtMostMs = 300_000
const firstShare = 1 / 8

/**
 * How long to wait between lists of everything. Grows with the cluster, so that all agents together ask
 * ten times a second at most however many there are.
 */
export function intervalFor(peers: number): number {
  return Math.max(30_000, peers * 100)
}

/** A fifth more or less, so that agents that were in step do not stay so. */
export function withJitter(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random())
}

/** Over how long those who hurry for the same reason spread, so that they ask some hundred times a second at most. */
export function hurrySpread(peers: number): number {
  return Math.max(1000, peers * 6)
}

export interface Trouble {
  /** How many polls in a row have failed, this one included. */
  readonly failures: number
  readonly intervalMs: number
  /** What the server asked for; 0 when it did not. */
  readonly retryAfterMs: number
}

/** How long to wait after a poll that failed: doubling up to the interval, never sooner than the server asked for. */
export function retryDelay({ failures, intervalMs, retryAfterMs }: Trouble, random: () => number): number {
  const doubled = Math.min(intervalMs, intervalMs * firstShare * 2 ** (failures - 1))
  const asked = Math.min(retryAfterMs, retryAfterAtMostMs)
  return Math.max(doubled * (0.5 + 0.5 * random()), asked * (1 + 0.2 * random()))
}
