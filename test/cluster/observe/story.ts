import type { Finding } from '../faults/fault.ts'
import type { Place } from '../faults/scene.ts'
import type { Telling } from './telling.ts'

/** What the aggregators have to say while something is broken. */
export interface Expectation {
  /** Each of these; nothing when there are none. */
  readonly findings: readonly Finding[]
  readonly aggregators: readonly Place[]
  /** Hosts whose aggregator hears less than half: it may say so, and nothing else that is not true. */
  readonly blind: ReadonlySet<string>
}

export interface Span {
  /** Before anything was broken, when all of it was, and when nothing was any longer. */
  readonly beganMs: number
  readonly setMs: number
  readonly healedMs: number
}

/** What they said. Seconds count until the last aggregator that hears at least half; undefined is never. */
export interface Story {
  /** From the fault to all that had to be named. */
  readonly namedSeconds: number | undefined
  /** From healing until nothing of it was `open`, and until all had closed. */
  readonly recoveringSeconds: number | undefined
  readonly closedSeconds: number | undefined
  /** One line for each that was named. */
  readonly said: readonly string[]
  /** Whatever else was said: who, what, and when. */
  readonly others: readonly string[]
}

/** Reads what aggregators told against what they had to tell. */
export function storyOf(tellings: readonly Telling[], expectation: Expectation, span: Span): Story {
  const { findings, aggregators, blind } = expectation
  const since = tellings.filter(({ atMs }) => atMs >= span.beganMs)
  const seeing = aggregators.filter(({ host }) => !blind.has(host))
  const own = (finding: Finding, { uid }: Place) =>
    since.filter((telling) => telling.by.uid === uid && (isOf(telling, finding) || isFirstTakenFor(telling, finding)))
  const each = findings.flatMap((finding) => seeing.map((place) => ({ finding, place, list: own(finding, place) })))
  const opened = each.map(({ list }) => list.find(({ state }) => state === 'open'))
  const after = each.map(({ list }) => endOf(list, span.healedMs))
  const unrefined = each.flatMap(({ finding, place, list }) => {
    const last = list.at(-1)
    return last === undefined || last.state === 'open' || isOf(last, finding)
      ? []
      : [`${place.host}: ${nameOf(last)} to the end`]
  })
  const unsaid = each.flatMap(({ finding, place, list }) =>
    (finding.words ?? [])
      .filter((word) => !list.some(({ text }) => text.includes(word)))
      .map((word) => `${place.host}: nothing of ${word} in ${nameOf(finding)}`),
  )
  return {
    namedSeconds: latest(opened.map((telling) => telling?.atMs)).after(span.setMs),
    recoveringSeconds: latest(after.map(({ recoveringMs }) => recoveringMs)).after(span.healedMs),
    closedSeconds: latest(after.map(({ closedMs }) => closedMs)).after(span.healedMs),
    said: findings.flatMap((finding) =>
      textOf(
        seeing.flatMap((place) => own(finding, place)),
        finding,
      ),
    ),
    others: [...othersOf(since, expectation, span.setMs), ...unrefined, ...unsaid],
  }
}

interface End {
  readonly recoveringMs: number | undefined
  readonly closedMs: number | undefined
}

/** When it last stopped being open, and when it closed, if it ended at all. */
function endOf(list: readonly Telling[], healedMs: number): End {
  const last = list.at(-1)
  if (last === undefined || last.state === 'open') return { recoveringMs: undefined, closedMs: undefined }
  const lastOpen = list.findLastIndex(({ state }) => state === 'open')
  return {
    recoveringMs: Math.max(healedMs, list[lastOpen + 1]?.atMs ?? last.atMs),
    closedMs: last.state === 'closed' ? Math.max(healedMs, last.atMs) : undefined,
  }
}

/** The last of several moments; never when one of them never came, or there are none. */
function latest(moments: readonly (number | undefined)[]) {
  const known = moments.filter((moment) => moment !== undefined)
  const isWhole = known.length > 0 && known.length === moments.length
  return { after: (ms: number) => (isWhole ? Math.max(0, Math.max(...known) - ms) / 1000 : undefined) }
}

function isOf({ fault, entity }: Telling, wanted: Finding): boolean {
  return fault === wanted.fault && entity === wanted.entity
}

/** By its right name, as soon as it has that. */
function textOf(list: readonly Telling[], finding: Finding): readonly string[] {
  const right = list.filter((telling) => isOf(telling, finding))
  const first = right.find(({ state }) => state === 'open') ?? right[0] ?? list.find(({ state }) => state === 'open')
  return first === undefined ? [] : [first.text]
}

function othersOf(tellings: readonly Telling[], expectation: Expectation, setMs: number): readonly string[] {
  const strange = tellings.filter((telling) => telling.state !== 'closed' && !mayBeSaid(telling, expectation))
  return [...Map.groupBy(strange, (telling) => `${telling.by.host}: ${nameOf(telling)}`)].map(([name, [first]]) => {
    const seconds = ((first?.atMs ?? setMs) - setMs) / 1000
    return `${name} after ${seconds.toFixed(0)} s`
  })
}

function mayBeSaid(telling: Telling, { findings, blind }: Expectation): boolean {
  if (findings.some((finding) => isOf(telling, finding))) return true
  if (blind.has(telling.by.host) && telling.fault === 'partition') return true
  return findings.some((finding) => isFirstTakenFor(telling, finding))
}

/** Until its own rounds arrive, a node or a zone that is not heard looks as if it did not hear either. */
function isFirstTakenFor({ fault, entity }: Telling, finding: Finding): boolean {
  if (fault === 'pod_network_cut') return finding.fault === 'pod_network_out' && finding.entity === entity
  const isBorder = fault === 'zone_cut' && finding.fault === 'zone_one_way'
  return isBorder && finding.entity.split('>').sort().join('|') === entity
}

/** As a table has it: `pod_network_cut w3`. */
export function nameOf({ fault, entity }: Pick<Finding, 'entity'> & { readonly fault: string }): string {
  return `${fault} ${entity}`
}

/** For the comment of a test. */
export function inShort({ said, namedSeconds, recoveringSeconds, closedSeconds }: Story): string {
  const seconds = (value: number | undefined) => (value === undefined ? 'never' : `${value.toFixed(1)} s`)
  const times = `named ${seconds(namedSeconds)}, recovering ${seconds(recoveringSeconds)}, closed ${seconds(closedSeconds)}`
  return said.length === 0 ? 'nothing named' : `${times}: ${said.join(' | ')}`
}
