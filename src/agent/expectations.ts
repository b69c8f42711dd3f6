import type { IpFamily } from '../model/check.ts'
import type { Clock } from '../model/clock.ts'
import type { Peer, View } from '../model/peer.ts'
import type { Datagram } from '../model/received.ts'
import type { ReceivedCount } from '../model/round.ts'
import { lastSentRound, type Pace } from '../model/schedule.ts'

/** The datagrams of `peer_udp` that each stable predecessor sends us in a round. */
const expected = 3
const stampsKept = 4
/** For how long a sender's clock is believed not to have been set back. */
const believedRounds = 3

export interface Expectations {
  note(datagram: Datagram): void
  /** Those we expect datagrams from, from now on. */
  expect(predecessors: readonly Peer[], families: readonly IpFamily[], view: View): void
  /** What arrived of the latest round that every sender has finished, each round of a sender once. */
  take(): readonly ReceivedCount[]
}

interface Sender {
  /** Bits of the indices that arrived, by the sender's round. */
  readonly stamps: Map<number, number>
  viewHash: string
  sentMs: number
  heardMs: number
  /** How far the sender's clock is ahead of ours. */
  aheadMs: number
  /** Rounds of ours until a whole one of the sender's is sure to have passed. */
  unsure: number
  takenRound: number
}

/**
 * Counts datagrams at the receiver: the only evidence of a sender's way out when it cannot report. Counted by the
 * sender's own round number, seen through the sender's clock, so that clocks which are apart lose nothing.
 */
export function createExpectations(clock: Clock, pace: Pace): Expectations {
  let senders = new Map<string, Sender>()
  let viewHash = ''

  return {
    note({ from, family, round, index, viewHash: said, sentMs }) {
      const sender = senders.get(`${family}/${from}`)
      if (sender === undefined || index >= expected) return
      const nowMs = clock.monotonicMs()
      // Older than what we heard just now: a late one, or somebody repeats what he recorded. It must not set the clock.
      if (sentMs < sender.sentMs && nowMs - sender.heardMs < believedRounds * pace.roundMs) return
      sender.sentMs = sentMs
      sender.heardMs = nowMs
      sender.viewHash = said
      sender.aheadMs = sentMs - clock.wallMs()
      sender.stamps.set(round, (sender.stamps.get(round) ?? 0) | (1 << index))
      for (const stamp of sender.stamps.keys()) {
        if (sender.stamps.size > stampsKept) sender.stamps.delete(stamp)
      }
    },

    expect(predecessors, families, view) {
      viewHash = view.hash
      const next = new Map<string, Sender>()
      for (const peer of predecessors) {
        for (const { family } of peer.podIps.filter((ip) => families.includes(ip.family))) {
          const key = `${family}/${peer.node}`
          next.set(key, senders.get(key) ?? newSender())
        }
      }
      senders = next
    },

    take() {
      return [...senders].flatMap(([key, sender]) => {
        const round = lastSentRound(clock.wallMs() + sender.aheadMs, pace)
        // We or the sender may have learned of each other in the middle of the first rounds.
        if (round <= sender.takenRound) return []
        sender.unsure -= 1
        if (sender.unsure >= 0) return []
        sender.takenRound = round
        const [family, from] = [Number(key[0]) as IpFamily, key.slice(2)]
        const got = bits(sender.stamps.get(round) ?? 0)
        return [{ from, family, expected, got, sameView: sender.viewHash === viewHash }]
      })
    },
  }
}

function newSender(): Sender {
  return { stamps: new Map(), viewHash: '', sentMs: 0, heardMs: 0, aheadMs: 0, unsure: 2, takenRound: 0 }
}

function bits(mask: number): number {
  return (mask & 1) + ((mask >> 1) & 1) + ((mask >> 2) & 1)
}
