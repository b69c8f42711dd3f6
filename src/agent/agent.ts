import type { Clock } from '../model/clock.ts'
import type { Discovery } from '../model/peer.ts'
import type { Probe, Self } from '../model/probe.ts'
import type { Datagram } from '../model/received.ts'
import type { Identity } from '../model/result.ts'
import type { Round } from '../model/round.ts'
import type { Pace } from '../model/schedule.ts'
import { type Account, createAccount } from './account.ts'
import { type Asker, createAsker } from './asker.ts'
import type { Observer } from './observer.ts'
import { createPlanner, type Planner } from './planner.ts'
import { createRoster } from './roster.ts'
import type { RoundStore } from './round-store.ts'
import { runSchedule } from './scheduler.ts'

export interface AgentParts {
  readonly self: Self
  readonly pace: Pace
  readonly warmupMs: number
  /** For how long a stopping agent goes on answering, so that every peer hears that it is leaving. */
  readonly drainMs: number
  readonly probes: readonly Probe[]
  readonly discovery: Discovery
  readonly clock: Clock
  readonly observer: Observer
  /** The cgroup's running count of throttled periods; undefined where there is none. */
  readonly throttledPeriods: () => number | undefined
  /** Is told every round that has ended. */
  readonly reporter?: RoundReporter
  readonly openResponder: (answers: Answers) => Promise<Listener>
  readonly openServer: (serves: Serves) => Promise<Listener>
}

/** Tells rounds in another way than by being read; it waits for nobody, and fails by itself. */
export interface RoundReporter {
  roundEnded(round: Round, peers: number, signal: AbortSignal): void
}

/** What answering peers needs from us. */
export interface Answers {
  identity(): Identity
  onDatagram(datagram: Datagram): void
}

/** What the metrics port shows of us. */
export interface Serves {
  readonly rounds: RoundStore
  ready(): boolean
}

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/**
 * The whole agent: answers its peers, asks them, keeps its rounds. When `signal` aborts it stops asking, says in its
 * answers that it is leaving, answers to the end of the draining time, and resolves. Rejects when a part breaks.
 */
export async function runAgent(parts: AgentParts, signal: AbortSignal): Promise<void> {
  const { self, clock, observer } = parts
  const draining = () => signal.aborted
  const roster = createRoster(clock)
  const planner = createPlanner({ ...parts, roster })
  const account = createAccount({ ...parts, planner, roster, draining })
  const asking = new AbortController()
  const stop = () => asking.abort(signal.reason)
  const asker = createAsker({
    clock,
    lifetime: asking.signal,
    plan: planner.plan,
    sink: account.result,
    onFirstFailure: () => parts.discovery.hurry?.(),
    dropped: () => observer.discarded('peer_removed', 1),
  })
  const identity = () => ({ ...identityOf(self), draining: draining() })
  const listeners: Listener[] = []
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    listeners.push(await parts.openResponder({ identity, onDatagram: account.datagram }))
    listeners.push(await parts.openServer({ rounds: account.rounds, ready: () => !draining() }))
    await askPeers({ ...parts, planner, account, asker }, asking.signal)
    await clock.sleep(parts.drainMs, new AbortController().signal)
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    await Promise.all(listeners.map((listener) => listener.close()))
  }
}

/** Has read nothing yet. */
const nobodysCursor = { bootId: '', seq: -1 }

interface AskingParts extends AgentParts {
  readonly planner: Planner
  readonly account: Account
  readonly asker: Asker
}

/** Follows discovery and asks, round after round, until `signal` aborts; what was asked by then is the last round. */
async function askPeers(parts: AskingParts, signal: AbortSignal): Promise<void> {
  const { clock, pace, self, planner, account, asker } = parts

  async function follow(): Promise<void> {
    for await (const surroundings of parts.discovery.watch(signal)) {
      planner.follow(surroundings)
      account.planChanged()
    }
  }

  async function warmUp(): Promise<void> {
    await clock.sleep(parts.warmupMs, signal).catch(() => undefined)
    account.warmupOver()
  }

  function roundEnds(round: number): void {
    account.roundEnds(round)
    const told = account.rounds.after(nobodysCursor).at(-1)
    if (told !== undefined) parts.reporter?.roundEnded(told, planner.view().peers.length, signal)
    if (planner.roundBegins(round + 1)) account.planChanged()
  }

  const events = { roundEnds, slot: asker.slot, late: account.late, missed: account.missed }
  const schedule = runSchedule({ clock, pace, node: self.node, events }, signal)
  const [last] = await Promise.all([schedule, follow(), warmUp()])
  // Nobody hears of the pod's end from the kubelet as soon as from itself.
  account.roundEnds(last)
  await asker.idle()
}

function identityOf({ cluster, node, zone, hostIp, podUid, bootId }: Self): Omit<Identity, 'draining'> {
  return { cluster, node, zone, hostIp, podUid, bootId }
}
