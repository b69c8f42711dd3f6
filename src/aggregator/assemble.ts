import type { Census } from '../model/census.ts'
import type { Reason } from '../model/failure.ts'
import type { EventLine, PullLine, RoundInput, ViewLine } from '../model/recording.ts'
import { roundsKept } from '../model/round.ts'

/** What is known of what an agent told: the assembler never looks into it. */
export interface Told {
  readonly node: string
  readonly round: number
  readonly roundSeconds: number
}

/** All that is known of one round when it is judged, with the agents' rounds as they came. */
export interface Assembled<Row> extends Omit<RoundInput, 'rounds'> {
  readonly rounds: readonly Row[]
  /** Agents that have told this very round. */
  readonly heard: number
  /** Whether it is of the time before anybody pulled: what is found then is no news. */
  readonly isPast: boolean
}

/** Joins what arrives from many agents into one input for each round. Pure: it knows no clock. */
export interface Assembler<Row extends Told> {
  /** A round has arrived, of now or of before. */
  add(row: Row): void
  /** An agent could not be read. */
  unread(node: string, reason: Reason): void
  /** What an agent that cannot be read told in another way. */
  hear(event: EventLine): void
  /** Whether most agents have told something or cannot be read, and half have told: before that nobody can be judged. */
  hasBegun(census: Census): boolean
  /** Agents that have told this very round, or one after it. */
  heard(round: number, census: Census): number
  /** Whether every agent has told this round or cannot be read: then nobody has to be waited for. */
  isWhole(round: number, census: Census): boolean
  /** Rounds before this one that most agents have told and nobody has taken, oldest first. */
  past(round: number, census: Census): readonly number[]
  /** All that has arrived up to this round and was not taken yet, and whose round is missing. */
  take(round: number, census: Census): Assembled<Row>
  /** The same of a round that nobody could pull while it was the last one: who is missing there says nothing. */
  takePast(round: number, census: Census): Assembled<Row>
}

/** A clock may be ahead by so many rounds; what claims to be newer is of no round that will be judged. */
const aheadAtMost = 2
/** So much of the cluster is most of it: of less, nobody could be accused. */
const mostOf = 0.9
/**
 * One input has no more rounds than this many of each agent, or in all where there are few of them: who cannot keep up
 * needs the newest, and memory for the rest there may not be.
 */
const roundsOfEach = 1.5
const rowsAlways = 2000
const eventsAtMost = 1000

/**
 * While the length of rounds is changed, some agents have the old one and some the new: only those with the same as ours
 * are judged and waited for. A round of another length has a number of another count.
 */
export function createAssembler<Row extends Told>(roundSeconds: number): Assembler<Row> {
  /** By node, for a node that tells too much may not push out the others. */
  const waiting = new Map<string, Row[]>()
  let events: EventLine[] = []
  let taken = Number.NEGATIVE_INFINITY
  /** By node, the newest round that has arrived, and why the last attempt to read it failed. */
  const newest = new Map<string, number>()
  const reasons = new Map<string, Reason>()
  /** Whose rounds have another length. */
  const outOfStep = new Set<string>()

  const hasTold = (node: string, round: number) => (newest.get(node) ?? Number.NEGATIVE_INFINITY) >= round

  const heardOf = (round: number, { agents }: Census) => agents.filter(({ node }) => hasTold(node, round)).length

  function inStep(census: Census): Census {
    if (outOfStep.size === 0) return census
    const agents = census.agents.filter(({ node }) => !outOfStep.has(node))
    const nodes = census.nodes.map((one) => (outOfStep.has(one.node) ? { ...one, podUid: '', ready: false } : one))
    return { ...census, agents, nodes }
  }

  function forget(census: Census): void {
    const there = new Set(census.agents.map(({ node }) => node))
    for (const known of [newest, reasons, waiting, outOfStep])
      for (const node of known.keys()) if (!there.has(node)) known.delete(node)
  }

  function takeRows(round: number, upTo: number, atMost: number): readonly Row[] {
    const rows: Row[] = []
    for (const [node, told] of waiting) {
      for (const row of told) if (row.round <= round) rows.push(row)
      const left = told.filter((row) => row.round > round && row.round <= upTo)
      if (left.length === 0) waiting.delete(node)
      else waiting.set(node, left)
    }
    if (rows.length <= atMost) return rows
    return rows.sort((a, b) => b.round - a.round).slice(0, Math.floor(atMost))
  }

  function assembled(round: number, census: Census, pull: PullLine): Assembled<Row> {
    const isPast = pull.tried === 0
    // Of the past all that is newer waits for its turn.
    const upTo = isPast ? Number.POSITIVE_INFINITY : round + aheadAtMost
    const rounds = takeRows(round, upTo, Math.max(rowsAlways, roundsOfEach * census.agents.length))
    const heard = heardOf(round, census)
    taken = round
    const view = viewOf(round, census)
    return { round, roundSeconds, rounds, heard, isPast, view, pull, events: takeEvents(round) }
  }

  function takeEvents(round: number): readonly EventLine[] {
    const known = events.filter((event) => event.round <= round)
    events = events.filter((event) => event.round > round && event.round <= round + aheadAtMost)
    return known
  }

  return {
    add(row) {
      reasons.delete(row.node)
      if (row.roundSeconds !== roundSeconds) return void outOfStep.add(row.node)
      outOfStep.delete(row.node)
      if (row.round <= taken - roundsKept) return
      const told = waiting.get(row.node) ?? []
      waiting.set(row.node, told)
      told.push(row)
      if (told.length > roundsKept) told.shift()
      newest.set(row.node, Math.max(row.round, newest.get(row.node) ?? Number.NEGATIVE_INFINITY))
    },

    unread(node, reason) {
      reasons.set(node, reason)
      outOfStep.delete(node)
    },

    hear(event) {
      if (event.round > taken - roundsKept && events.length < eventsAtMost) events.push(event)
    },

    hasBegun(census) {
      const { agents } = inStep(census)
      const told = agents.filter(({ node }) => newest.has(node)).length
      const tried = agents.filter(({ node }) => newest.has(node) || reasons.has(node)).length
      return agents.length > 0 && 2 * told >= agents.length && tried >= mostOf * agents.length
    },

    heard: (round, census) => heardOf(round, inStep(census)),

    isWhole(round, census) {
      const { agents } = inStep(census)
      return agents.length > 0 && agents.every(({ node }) => hasTold(node, round) || reasons.has(node))
    },

    past(round, census) {
      const { agents } = inStep(census)
      const tellers = new Map<number, number>()
      for (const rows of waiting.values())
        for (const one of new Set(rows.map((row) => row.round)))
          if (one < round && one > Math.max(taken, round - roundsKept)) tellers.set(one, (tellers.get(one) ?? 0) + 1)
      return [...tellers]
        .filter(([, count]) => count >= mostOf * agents.length)
        .map(([one]) => one)
        .sort((a, b) => a - b)
    },

    take(round, census) {
      forget(census)
      const { agents } = inStep(census)
      // Who has told nothing yet begins, or cannot be read: only the second speaks against anybody.
      const missing = agents.filter(({ node }) => !hasTold(node, round) && (newest.has(node) || reasons.has(node)))
      const failed = missing.map(({ node }) => ({ node, reason: reasons.get(node) ?? 'timeout' }))
      return assembled(round, inStep(census), { kind: 'pull', round, tried: agents.length, failed })
    },

    takePast: (round, census) => assembled(round, inStep(census), { kind: 'pull', round, tried: 0, failed: [] }),
  }
}

function viewOf(round: number, { viewHash, nodes, replicas }: Census): ViewLine {
  return { kind: 'view', round, viewHash, nodes, replicas }
}
