import { addressOf, type Peer, type Surroundings } from '../../src/model/peer.ts'
import { viewOf } from '../../src/model/peer-choice.ts'
import type { Probe, Self } from '../../src/model/probe.ts'
import { type Outcome, type Result, reached } from '../../src/model/result.ts'
import { nothingKnown } from '../../src/model/surroundings.ts'
import type { Target } from '../../src/model/target.ts'

export function selfOn(node: string, overrides: Partial<Self> = {}): Self {
  const self = { cluster: 'test', node, zone: 'a', podUid: `uid-${node}`, bootId: 'boot-1', podIps: ['127.0.0.1'] }
  return { ...self, hostIp: '127.0.0.1', ...overrides }
}

export function peerOn(node: string, overrides: Partial<Peer> = {}): Peer {
  const where = { zone: 'a', podUid: `uid-${node}`, podIps: [addressOf('127.0.0.1')], port: 7790 }
  return { node, ...where, hostIps: [], hostPort: 10250, ready: true, ...overrides }
}

export function surroundingsOf(peers: readonly Peer[], overrides: Partial<Surroundings> = {}): Surroundings {
  return { ...nothingKnown, view: viewOf(peers), ...overrides }
}

/** A probe that asks every peer once a round, and is answered by a function instead of a network. */
export function probeAnsweredBy(answer: (target: Target, signal: AbortSignal) => Promise<Outcome>): Probe {
  return {
    check: 'peer_tcp',
    timeoutMs: 1000,
    targets: ({ chosen }) => chosen.peers.map((peer) => targetAt(peer)),
    run: (target, { signal, enter }) => {
      enter('connect')
      return answer(target, signal)
    },
  }
}

export function targetAt(peer: Peer, overrides: Partial<Target> = {}): Target {
  const fixed = { perRound: 1, everyRounds: 1, stable: true, family: 4 } as const
  return { check: 'peer_tcp', name: peer.node, address: '127.0.0.1', port: peer.port, peer, ...fixed, ...overrides }
}

export function resultOf(target: Target, outcome: Outcome = reached, durationMs = 1): Result {
  return { ...outcome, target, durationMs, phases: [{ phase: 'connect', ms: durationMs }] }
}
