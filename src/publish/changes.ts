import type { Finding } from '../model/finding.ts'

/** Something that became of a finding and is worth an Event. */
export interface Change {
  readonly what: 'opened' | 'reopened' | 'refined' | 'closed'
  readonly finding: Finding
  /** Wall clock. */
  readonly atMs: number
  /** What it was taken for before. */
  readonly before?: Finding
}

/** For so long it is known that a finding was closed: it may open again, or another may have to tell it. */
const closedKeptMs = 600_000
/** Within so long a leader that sees little has let one lead that sees more, and that one tells more: a Lease and a look. */
const outrankedMs = 20_000

interface Known {
  readonly finding: Finding
  /** When it opened, or opened again. */
  readonly openedMs: number
  /** What it was taken for before it was refined. */
  readonly before?: Finding
  /** Whether it was ever seen open. */
  readonly wasOpen: boolean
  /** When it closed; undefined while it has not. */
  readonly closedMs?: number
}

/** Follows findings from round to round, so in a replica that does not lead too: it may have to go on from there. */
export interface FindingBook {
  /** What has changed by this round; `findings` are all that are told of it. */
  observe(findings: readonly Finding[], wallMs: number): readonly Change[]
  /** What whoever tells has to have told by now: what has closed lately, then what is open. */
  standing(): readonly Change[]
}

export function createFindingBook(): FindingBook {
  const known = new Map<string, Known>()
  /** Since when partitions are seen that nobody was told of yet. */
  let early: ReadonlyMap<string, number> = new Map()

  function isUntold({ id, fault, state }: Finding): boolean {
    const before = known.get(id)
    return fault === 'partition' && state === 'open' && (before === undefined || before.closedMs !== undefined)
  }

  function take(finding: Finding, wallMs: number): readonly Change[] {
    const { id, state } = finding
    const before = known.get(id)
    const wasClosed = before?.closedMs !== undefined
    const openedMs = before === undefined ? Date.parse(finding.since) : before.openedMs
    if (state === 'closed') return before === undefined || wasClosed ? [] : close(before, finding, wallMs)
    if (state === 'open' && wasClosed) {
      known.set(id, { finding, openedMs: wallMs, wasOpen: true })
      return [{ what: 'reopened', finding, atMs: wallMs }]
    }
    if (wasClosed) return []
    const isRefined = before !== undefined && keyOf(before.finding) !== keyOf(finding)
    const taken = isRefined ? before.finding : before?.before
    const wasOpen = before?.wasOpen === true || state === 'open'
    known.set(id, { finding, openedMs, wasOpen, ...(taken !== undefined && { before: taken }) })
    // What it was may be known only when it is over.
    if (isRefined && wasOpen) return [{ what: 'refined', finding, atMs: wallMs, before: before.finding }]
    if (state !== 'open') return []
    // What was over before anybody could hear of it is no news until it is open again.
    return before?.finding.state === 'open' ? [] : [{ what: 'opened', finding, atMs: openedMs }]
  }

  function close({ openedMs, wasOpen }: Known, finding: Finding, wallMs: number): readonly Change[] {
    known.set(finding.id, { finding, openedMs, wasOpen, closedMs: wallMs })
    const isOpenStill = open().some((other) => keyOf(other.finding) === keyOf(finding))
    return isOpenStill ? [] : [{ what: 'closed', finding, atMs: wallMs }]
  }

  const open = () => [...known.values()].filter(({ closedMs }) => closedMs === undefined)

  return {
    observe(findings, wallMs) {
      early = new Map(findings.filter(isUntold).map(({ id }) => [id, early.get(id) ?? wallMs]))
      const isEarly = ({ id }: Finding) => wallMs - (early.get(id) ?? Number.NEGATIVE_INFINITY) < outrankedMs
      const changes = findings.flatMap((finding) => (isEarly(finding) ? [] : take(finding, wallMs)))
      // Who sees less than half tells nothing but that: what was found before is neither open nor closed.
      const isBlind = findings.some(({ fault, state }) => fault === 'partition' && state !== 'closed')
      const told = new Set(findings.map(({ id }) => id))
      const gone = isBlind ? [] : open().filter(({ finding }) => !told.has(finding.id))
      const closed = gone.flatMap((one) => close(one, one.finding, wallMs))
      for (const [id, { closedMs = wallMs }] of known) if (wallMs - closedMs > closedKeptMs) known.delete(id)
      return [...changes, ...closed]
    },
    standing() {
      const isOpen = new Set(open().map(({ finding }) => keyOf(finding)))
      const closed = [...known.values()].flatMap(({ finding, closedMs }) =>
        closedMs === undefined || isOpen.has(keyOf(finding))
          ? []
          : [{ what: 'closed', finding, atMs: closedMs } as const],
      )
      const opened = open()
        .filter(({ finding }) => finding.state === 'open')
        .map(({ finding, openedMs, before }): Change => {
          return { what: 'opened', finding, atMs: openedMs, ...(before !== undefined && { before }) }
        })
      return [...closed, ...opened]
    },
  }
}

/** Equal in two replicas that have found the same, whatever ids they gave it. */
export function keyOf({ fault, entity: { kind, name, endpoint } }: Finding): string {
  return [fault, kind, name, ...(endpoint === undefined ? [] : [endpoint])].join(' ')
}
