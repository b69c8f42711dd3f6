/**
 * How long to wait between lists of everything. Grows with the cluster, so that all agents together ask
 * ten times a second at most however many there are.
 */
export function intervalFor(peers: number): number {
  return Math.max(30_000, peers * 100)
}

/** Over how long those who hurry for the same reason spread, so that they ask some hundred times a second at most. */
export function hurrySpread(peers: number): number {
  return Math.max(1000, peers * 6)
}
