import { setTimeout as sleep } from 'node:timers/promises'

import type { Matrix } from '../../../src/model/matrix.ts'
import type { RecordingLine } from '../../../src/model/recording.ts'
import type { Round } from '../../../src/model/round.ts'
import { expectedCells } from '../faults/expected-cells.ts'
import type { Finding, LabFault } from '../faults/fault.ts'
import { lookAround, type Scene } from '../faults/scene.ts'
import { healFault, setFault } from '../faults/set-fault.ts'
import { apiPort, type Plan } from '../lab/plan.ts'
import type { FindingsWatch } from './findings.ts'
import { keepRounds, type Listening, listenTo } from './listening.ts'
import { recordingOf } from './recording.ts'
import { matricesOf, type Observer } from './rounds.ts'
import { inShort } from './story.ts'
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
  /** What the aggregators said of it, and what of that should have been otherwise; empty when none is listened to. */
  readonly named: string
  readonly complaints: readonly string[]
}

export interface TrialOptions {
  readonly plan: Plan
  readonly observer: Observer
  /** Then the fault is held until it is named, and the trial ends when that has closed. */
  readonly watch?: FindingsWatch
  /** How long the fault is held at least, in whole rounds. */
  readonly rounds?: number
}

/** What is in flight when a fault is set or healed still ends the old way: a probe's timeout and two confirmations. */
const settleMs = 3000
/** The trial before ends with a clean round, and looking around takes a moment. */
const cleanBeforeMs = 6000
const roundsToHealAtMost = 12

/** Sets a fault, looks at the raw matrices, heals it and waits until they are clean. */
export async function tryFault(fault: LabFault, options: TrialOptions): Promise<Trial> {
  const { plan, observer, watch, rounds = 3 } = options
  const before = await lookAround(plan)
  const target = fault.example(before)
  const listening = watch && (await listenTo(watch, [{ fault, target }], before))
  const set = Date.now()
  await setFault({ fault, target }, plan, before)
  listening?.wasSet()
  let seen: Matrices
  try {
    // Setting it may have replaced pods.
    const scene = fault.replacesPods === true ? await lookAround(plan) : before
    observer.follow(scene)
    await sleep(settleMs)
    seen = await look(observer, scene, Date.now(), rounds)
    await listening?.untilNamed()
  } finally {
    await healFault({ fault, target })
  }
  listening?.wasHealed()
  const verdict = judge(seen.matrices, expectedCells(fault, target, seen.scene), fault.reasons)
  const healed = Date.now()
  const lasting = await untilClean(observer, seen.scene, healed + settleMs)
  const cleanAfterSeconds = Math.round((Date.now() - healed) / 1000)
  const heard = await endOf(listening, watch, fault.name)
  const finding = fault.finding(target, before)
  const since = set - cleanBeforeMs
  const kept = observer.all().filter(({ round, roundSeconds }) => round * roundSeconds * 1000 > since)
  const recording = recordingOf({ fault, target, scene: seen.scene, before, rounds: kept, heldMs: [set, healed] })
  const { matrices } = seen
  return { fault: fault.name, target, finding, verdict, matrices, lasting, cleanAfterSeconds, recording, ...heard }
}

async function endOf(listening: Listening | undefined, watch: FindingsWatch | undefined, name: string) {
  if (listening === undefined || watch === undefined) return { named: '', complaints: [] }
  await listening.untilClosed()
  const complaints = listening.complaints()
  const kept = complaints.length > 0 ? await keepRounds(watch, name) : []
  return {
    named: inShort(listening.story()),
    complaints: [...complaints, ...kept.map((file) => `recorded in ${file}`)],
  }
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
