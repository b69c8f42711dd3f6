import type { IpFamily } from '../model/check.ts'
import type { ReceivedCount } from '../model/round.ts'
import { datagramsPerRound } from './peer-cells.ts'

/** What receivers count of the datagrams of their stable predecessors. */
export interface Arrivals {
  roundBegins(): void
  missed(from: number, to: number, family: IpFamily): void
  take(node: number, receiver: Receiver): readonly ReceivedCount[]
}

export interface Receiver {
  readonly predecessors: readonly number[]
  readonly families: readonly IpFamily[]
  readonly viewHash: string
  /** What a sender writes into its datagrams; undefined when it did not run. */
  readonly hashOf: (sender: number) => string | undefined
  readonly nameOf: (sender: number) => string
  /** Of this boot, from 0. */
  readonly seq: number
}

/** Rounds of a boot until a whole one of every sender is sure to have passed. */
const unsureRounds = 2

export function createArrivals(hosts: number): Arrivals {
  let missing = new Map<number, number>()
  /** The last view that a receiver has heard of a sender. */
  const heard = new Map<number, string>()

  return {
    roundBegins() {
      missing = new Map()
    },
    missed(from, to, family) {
      const key = (to * hosts + from) * 2 + (family === 6 ? 1 : 0)
      missing.set(key, (missing.get(key) ?? 0) + 1)
    },
    take(node, { predecessors, families, viewHash, hashOf, nameOf, seq }) {
      const rows: ReceivedCount[] = []
      for (const family of families) {
        for (const sender of predecessors) {
          const key = (node * hosts + sender) * 2 + (family === 6 ? 1 : 0)
          const said = hashOf(sender)
          const got = said === undefined ? 0 : Math.max(0, datagramsPerRound - (missing.get(key) ?? 0))
          if (seq === 0) heard.delete(key)
          if (got > 0 && said !== undefined) heard.set(key, said)
          if (seq < unsureRounds) continue
          const sameView = heard.get(key) === viewHash
          rows.push({ from: nameOf(sender), family, expected: datagramsPerRound, got, sameView })
        }
      }
      return rows
    },
  }
}
