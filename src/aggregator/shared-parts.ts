import type { OkCount, ReceivedCount, Round, StablePair } from '../model/round.ts'

/**
 * Thousands of rounds say almost the same: the same names, and of most pairs one success in one of a few buckets. What
 * is equal in them is made one object, so that they take half of the memory while they are judged.
 */
export interface SharedParts {
  /** The same round, made of shared parts, which nobody may change. Takes the round that it is given to pieces. */
  share(round: Round): Round
}

type Latency = StablePair['latency']
type Mutable<Row> = { -readonly [Name in keyof Row]: Row[Name] }

/** Of each kind, with room to spare for 10,000 nodes; then it begins anew. */
const partsAtMost = 100_000
/** Larger histograms are rarely equal. */
const pairsAtMost = 2

export function createSharedParts(): SharedParts {
  const texts = new Map<string, string>()
  const latencies = new Map<number, Latency>()
  const rows = new Map<string, object>()

  function text(given: string): string {
    const known = texts.get(given)
    if (known !== undefined) return known
    if (texts.size >= partsAtMost) texts.clear()
    texts.set(given, given)
    return given
  }

  function latency(given: Latency): Latency {
    const key = keyOf(given)
    if (key === undefined) return given
    const known = latencies.get(key)
    if (known !== undefined) return known
    if (latencies.size >= partsAtMost) latencies.clear()
    latencies.set(key, given)
    return given
  }

  function row<Row extends object>(given: Row, key: string): Row {
    const known = rows.get(key)
    if (known !== undefined) return known as Row
    if (rows.size >= partsAtMost) rows.clear()
    rows.set(key, given)
    return given
  }

  const okRow = (one: OkCount) =>
    row(one, `${one.check}|${one.variant}|${one.zone}|${one.target}|${one.family}|${one.n}`)
  const receivedRow = (one: ReceivedCount) =>
    row(one, `${one.from}|${one.family}|${one.expected}|${one.got}|${one.sameView}`)

  return {
    share(round) {
      for (const pair of round.stable as readonly Mutable<StablePair>[]) {
        pair.check = text(pair.check) as typeof pair.check
        pair.peer = text(pair.peer)
        pair.latency = latency(pair.latency)
      }
      return { ...round, ok: round.ok.map(okRow), received: round.received.map(receivedRow) }
    },
  }
}

/** Of buckets and counts below 256; undefined of all others. */
function keyOf(latency: Latency): number | undefined {
  if (latency.length > pairsAtMost) return undefined
  let key = latency.length
  for (const [bucket, count] of latency) {
    if (bucket > 255 || count > 255 || !Number.isInteger(count)) return undefined
    key = key * 65_536 + bucket * 256 + count
  }
  return key
}
