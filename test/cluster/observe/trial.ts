import { setTimeout as sleep } from 'node:timers/promises'

import type { Matrix } from '../../../src/model/matrix.ts'
import type { RecordingLine } from '../../../src/model/recording.ts'
import type { Round } from '../../../src/model/round.ts'
import { expectedCells } from '../faults/expected-cells.ts'
import type { Finding, LabFault } from '../faults/fault.ts'
import { lookAround, type Scene } from '../faults/scene.ts'
import { healFault, setFault } from '../faults/set-fault.ts'
import { apiPort, type Plan } from '../lab/plan.ts'
import { recordingOf } from './recording.ts'
import { matricesOf, type Observer } from './rounds.ts'
import { judge, type Verdict } from './verdict.ts'

/** What came of setting a fault and healing it. */
export interface Trial {
  readonly fault: string
  readonly target: string
  readonly finding: Finding | 'none'
  readonly verdict: Verdict
  readonly matrices: readonly Matrix[]
  /** From the clean rounds before it to the clean ones after it. */
  readonly recording: readonly RecordingLine[]
  /** What still failed in the last round that was looked at; empty when all is clean again. */
  readonly lasting: readonly string[]
  /** From healing to the first round in which nothing failed. */
  readonly cleanAfterSeconds: number
}

export interface TrialOptions {
  readonly plan: Plan
  readonly observer: Observer
  /** How long the fault is held at least, in whole rounds. */
  readonly rounds?: number
}

/** What is in flight when a fault is set or healed still ends the old way: a probe's timeout and two confirmations. */
const settleMs = 3000
/** The trial before ends with a clean round, and looking around takes a moment. */
const cleanBeforeMs = 6000
const roundsToHealAtMost = 12

/** Sets a fault, looks at the raw matrices, heals it and waits until they are clean. */
export async function tryFault(fault: LabFault, { plan, observer, rounds = 3 }: TrialOptions): Promise<Trial> {
  const before = await lookAround(plan)
  const target = fault.example(before)
  const set = Date.now()
  await setFault({ fault, target }, plan, before)
  let seen: Matrices
  try {
    // Setting it may have replaced pods.
    const scene = fault.replacesPods === true ? await lookAround(plan) : before
    observer.follow(scene)
    await sleep(settleMs)
    seen = await look(observer, scene, Date.now(), rounds)
  } finally {
    await healFault({ fault, target })
  }
  const verdict = judge(seen.matrices, expectedCells(fault, target, seen.scene), fault.reasons)
  const healed = Date.now()
  const lasting = await untilClean(observer, seen.scene, healed + settleMs)
  const cleanAfterSeconds = Math.round((Date.now() - healed) / 1000)
  const finding = fault.finding(target, before)
  const since = set - cleanBeforeMs
  const kept = observer.all().filter(({ round, roundSeconds }) => round * roundSeconds * 1000 > since)
  const recording = recordingOf({ fault, target, scene: seen.scene, before, rounds: kept, heldMs: [set, healed] })
  return { fault: fault.name, target, finding, verdict, matrices: seen.matrices, lasting, cleanAfterSeconds, recording }
}

interface Matrices {
  readonly scene: Scene
  readonly matrices: readonly Matrix[]
}

async function look(observer: Observer, scene: Scene, sinceMs: number, rounds: number): Promise<Matrices> {
  return { scene, matrices: matricesOf(await observer.rounds(sinceMs, rounds), scene) }
}

/**
 * Which cells fail although nothing is broken, and which API servers are not asked again, in the first clean round or
 * the last one looked at. A server that was gone comes back into the agents' lists when they fetch them next.
 */
export async function untilClean(observer: Observer, scene: Scene, sinceMs: number): Promise<readonly string[]> {
  for (let from = sinceMs, tries = 1; ; tries++) {
    const rounds = await observer.rounds(from, 1)
    const { unexpected } = judge(matricesOf(rounds, scene), [], [])
    const lasting = [...unexpected, ...notAsked(rounds, scene)]
    if (lasting.length === 0 || tries === roundsToHealAtMost) return lasting
    from = Math.max(...rounds.map(({ round, roundSeconds }) => (round + 1) * roundSeconds * 1000))
  }
}

function notAsked(rounds: readonly Round[], { plan }: Scene): readonly string[] {
  return rounds.flatMap(({ node, ok, fails }) => {
    const asked = new Set([...ok, ...fails].map(({ target }) => target))
    const servers = plan.apiServers.map(({ ips }) => `${ips[0] ?? ''}:${apiPort}`)
    return servers.filter((server) => !asked.has(server)).map((server) => `${node} does not ask ${server}`)
  })
}
