/** What goes wrong in a cluster that has no fault. Shares are per node and round unless they say otherwise. */
export interface Noise {
  /** Of packets that leave a node. */
  readonly packetLoss: number
  readonly restarts: number
  /** Of agents that get too little CPU at any moment. */
  readonly starved: number
  /** A burst: one node loses a fifth of its packets for a round. */
  readonly bursts: number
  /** Of pulls. */
  readonly reportLoss: number
  /** Of agents that do not hear of a replaced pod for long. */
  readonly staleLists: number
}

/** From a quiet cluster to one that is harsher than most in production. */
export const noiseLevels = {
  N0: { packetLoss: 1e-4, restarts: 0, starved: 0, bursts: 0, reportLoss: 0, staleLists: 0 },
  N1: { packetLoss: 1e-3, restarts: 5e-4, starved: 0.002, bursts: 5e-4, reportLoss: 0.005, staleLists: 0.002 },
  N2: { packetLoss: 5e-3, restarts: 2e-3, starved: 0.01, bursts: 2e-3, reportLoss: 0.02, staleLists: 0.01 },
  N3: { packetLoss: 2e-2, restarts: 5e-3, starved: 0.03, bursts: 5e-3, reportLoss: 0.05, staleLists: 0.03 },
} as const satisfies Record<string, Noise>

export type NoiseLevel = keyof typeof noiseLevels
