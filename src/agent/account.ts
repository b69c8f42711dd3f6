import type { Clock } from '../model/clock.ts'
import { addressOf } from '../model/peer.ts'
import { epochRounds } from '../model/peer-choice.ts'
import type { Self } from '../model/probe.ts'
import type { Datagram } from '../model/received.ts'
import type { Result } from '../model/result.ts'
import type { Round } from '../model/round.ts'
import type { Pace } from '../model/schedule.ts'
import { createExpectations } from './expectations.ts'
import type { Observer } from './observer.ts'
import type { Planner } from './planner.ts'
import { probedPeers } from './probed-peers.ts'
import { cellKey, createRecorder } from './recorder.ts'
import type { Roster } from './roster.ts'
import { createRoundStore, type RoundStore } from './round-store.ts'
import { createStarvation, starvedFrom } from './starvation.ts'
import { createWarmup } from './warmup.ts'

export interface AccountParts {
  readonly self: Self
  readonly pace: Pace
  readonly clock: Clock
  readonly observer: Observer
  readonly planner: Planner
  readonly roster: Roster
  readonly throttledPeriods: () => number | undefined
  /** Whether we are about to leave. */
  readonly draining: () => boolean
}

/** What an agent knows of its own results: it decides what counts, and closes the rounds. */
export interface Account {
  readonly rounds: RoundStore
  result(result: Result): void
  datagram(datagram: Datagram): void
  late(ms: number): void
  missed(slots: number): void
  /** The plan has changed: whose datagrams to expect, which latencies to keep. */
  planChanged(): void
  warmupOver(): void
  roundEnds(round: number): void
}

export function createAccount({ self, pace, clock, observer, planner, roster, ...parts }: AccountParts): Account {
  const rounds = createRoundStore()
  const recorder = createRecorder()
  const expectations = createExpectations(clock, pace)
  const starvation = createStarvation(self.node, parts.throttledPeriods)
  const warmup = createWarmup((count) => observer.discarded('warmup', count))
  const families = self.podIps.map((ip) => addressOf(ip).family)
  let seq = 0

  function observe(result: Result): void {
    const unusable = result.outcome === 'failed' && starvation.score() >= starvedFrom
    if (unusable) observer.discarded('self_overload', 1)
    else observer.record(result)
  }

  function close(round: number, counts: Pick<Round, 'starvedScore' | 'ok' | 'stable' | 'fails' | 'received'>): void {
    const { node, zone, podUid, bootId } = self
    const { viewHash, targets } = planner.plan()
    const about = { round, bootId, seq, node, zone, podUid, viewHash, roundSeconds: pace.roundMs / 1000 }
    const peers = seq === 0 || round % epochRounds === 0 ? { peers: probedPeers(targets.values()) } : {}
    rounds.add({ kind: 'round', ...about, draining: parts.draining(), ...counts, ...peers })
    seq += 1
    observer.roundEnded(clock.wallMs(), counts.starvedScore)
  }

  return {
    rounds,
    datagram: expectations.note,
    warmupOver: warmup.end,

    result(result) {
      const { peer } = result.target
      const identity = result.outcome === 'reached' ? result.answer?.identity : undefined
      if (identity !== undefined && roster.learn(identity)) planner.learned()
      starvation.note(result)
      if (peer !== undefined && roster.isDraining(peer.node)) {
        observer.discarded('peer_draining', 1)
        return
      }
      recorder.record(result)
      if (warmup.warming()) warmup.hold(result)
      else observe(result)
    },

    missed: starvation.missed,

    late(ms) {
      starvation.late(ms)
      observer.late(ms)
    },

    planChanged() {
      const { chosen, targets } = planner.plan()
      const { peers } = planner.view()
      const cells = new Set([...targets.values()].map(cellKey))
      recorder.keepOnly((key) => cells.has(key))
      expectations.expect(chosen.predecessors, families, planner.view())
      const { stable, predecessors } = chosen
      const checks = new Set([...targets.values()].map(({ check }) => check))
      observer.peers({ view: peers, stable, selected: chosen.peers.length, incoming: predecessors.length, checks })
    },

    roundEnds(round) {
      const starvedScore = starvation.roundEnds()
      // Who is about to leave sends no more, and not because it is lost.
      const received = expectations
        .take()
        .filter(({ from, expected, got }) => got === expected || !roster.isDraining(from))
      const counts = { starvedScore, ...recorder.take(), received }
      const wasWarming = warmup.warming()
      const held = warmup.roundEnds()
      for (const result of held) observe(result)
      if (!wasWarming || held.length > 0) close(round, counts)
    },
  }
}
