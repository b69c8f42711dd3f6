import type { Round } from '../../src/model/round.ts'

/** A quiet round of a node that probed nobody. */
export function roundOf(node: string, round: number, overrides: Partial<Round> = {}): Round {
  const about = { node, zone: 'a', podUid: `uid-${node}`, viewHash: 'v', roundSeconds: 10, starvedScore: 0 }
  const counts = { ok: [], stable: [], fails: [], received: [] }
  return { kind: 'round', round, bootId: 'boot-1', seq: round, ...about, draining: false, ...counts, ...overrides }
}
