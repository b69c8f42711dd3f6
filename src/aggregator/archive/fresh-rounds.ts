import { type Check, checks } from '../../model/check.ts'
import type { RoundInput } from '../../model/recording.ts'
import type { Round } from '../../model/round.ts'

/** The rounds that an answer is made of, and the cluster they were told in. */
export interface Fresh {
  /** Oldest first, each once. */
  readonly rounds: readonly Round[]
  /** Zone by node, also of nodes that have left within the window. */
  readonly zoneOf: ReadonlyMap<string, string>
  /** Of the newest view. */
  readonly nodes: readonly string[]
  readonly newest: RoundInput
  /** How many rounds were looked at. */
  readonly window: number
}

/** A round is judged some seconds after its end, at worst a round late: so much older than asked for it may be. */
const lateRounds = 2

/**
 * What was told in the last `window` rounds before `askedMs`. An agent that was away tells all at once what it saw
 * meanwhile: that is too old, and so is everything while nobody judges. Undefined when nothing is left.
 */
export function freshRounds(inputs: readonly RoundInput[], window: number, askedMs: number): Fresh | undefined {
  const newest = inputs.at(-1)
  if (newest === undefined) return undefined
  const { round, roundSeconds } = newest
  const oldestEndMs = askedMs - (window + lateRounds) * roundSeconds * 1000
  const seen = new Set<string>()
  const rounds = inputs
    .flatMap((input) => input.rounds)
    .filter((one) => one.round > round - window && endMs(one.round, roundSeconds) >= oldestEndMs)
    .filter((one) => !seen.has(nameOf(one)) && seen.add(nameOf(one)))
  if (rounds.length === 0) return undefined
  const zones = inputs.flatMap(({ view }) => view.nodes.map(({ node, zone }) => [node, zone] as const))
  return { rounds, zoneOf: new Map(zones), nodes: newest.view.nodes.map(({ node }) => node), newest, window }
}

/** When a round was over, in Unix milliseconds. */
export function endMs(round: number, roundSeconds: number): number {
  return (round + 1) * roundSeconds * 1000
}

/** Only what is about some checks: most of a round need not be kept and folded to answer for one of them. */
export function about(rounds: readonly Round[], isWanted: (check: Check) => boolean): readonly Round[] {
  return rounds.map(thinnedTo(isWanted))
}

export function thinnedTo(isWanted: (check: Check) => boolean): (round: Round) => Round {
  const wanted = ({ check }: { readonly check: Check }) => isWanted(check)
  return (round) => ({
    ...round,
    ok: round.ok.filter(wanted),
    stable: round.stable.filter(wanted),
    fails: round.fails.filter(wanted),
    received: [],
  })
}

export function isAboutPeers(check: Check): boolean {
  return checks[check].subject === 'peer'
}

function nameOf({ node, bootId, seq }: Round): string {
  return `${node}/${bootId}/${seq}`
}
