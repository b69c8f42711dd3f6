/** What is remembered of ways from node to node, a column for each fact: 29 bytes a path. */
export interface Paths {
  columns: Columns
  /** Numbers in use are below it. */
  size: number
  /** The first path of each source; the others follow by `next`. */
  readonly first: number[]
  /** The first of those that were forgotten; the others follow by `next`. */
  free: number
}

interface Columns {
  readonly next: Int32Array
  /** `none` where the number is free. */
  readonly source: Int32Array
  readonly target: Int32Array
  readonly lastRound: Int32Array
  /** Buckets of `model/latency.ts`, with what is between them: the usual answer, and how far the others are from it. */
  readonly usual: Float32Array
  readonly spread: Float32Array
  readonly latest: Uint8Array
  /** Rounds that the usual is made of. */
  readonly learned: Uint8Array
  /** The last eight rounds, the newest in the lowest bit: 1 was slow. */
  readonly history: Uint8Array
  /** Rounds that were slow one after another. */
  readonly slowFor: Uint16Array
}

const none = -1

export function newPaths(): Paths {
  return { columns: newColumns(256), size: 0, first: [], free: none }
}

/** The path's number; one that is not known yet gets one. */
export function pathTo(paths: Paths, source: number, target: number): number {
  return knownPath(paths, source, target) ?? addPath(paths, source, target)
}

export function knownPath({ columns, first }: Paths, source: number, target: number): number | undefined {
  const { next, target: targets } = columns
  for (let path = first[source] ?? none; path !== none; path = next[path] ?? none)
    if (targets[path] === target) return path
  return undefined
}

/** Forgets what was not probed since: with nodes that come and go, peers change, and memory is to stay. */
export function forgetBefore(paths: Paths, round: number): void {
  const { next, lastRound } = paths.columns
  for (let source = 0; source < paths.first.length; source++) {
    let [kept, path] = [none, paths.first[source] ?? none]
    paths.first[source] = none
    while (path !== none) {
      const following = next[path] ?? none
      if ((lastRound[path] ?? 0) < round) release(paths, path)
      else {
        next[path] = kept
        kept = path
      }
      path = following
    }
    paths.first[source] = kept
  }
}

function addPath(paths: Paths, source: number, target: number): number {
  const path = freeNumber(paths)
  const { columns, first } = paths
  while (first.length <= source) first.push(none)
  columns.next[path] = first[source] ?? none
  first[source] = path
  columns.source[path] = source
  columns.target[path] = target
  columns.lastRound[path] = none
  for (const column of [columns.learned, columns.history, columns.slowFor]) column[path] = 0
  return path
}

function freeNumber(paths: Paths): number {
  const { free, columns } = paths
  if (free !== none) {
    paths.free = columns.next[free] ?? none
    return free
  }
  if (paths.size === columns.next.length) paths.columns = grown(columns)
  paths.size += 1
  return paths.size - 1
}

function release(paths: Paths, path: number): void {
  paths.columns.source[path] = none
  paths.columns.next[path] = paths.free
  paths.free = path
}

function newColumns(room: number): Columns {
  return {
    next: new Int32Array(room),
    source: new Int32Array(room),
    target: new Int32Array(room),
    lastRound: new Int32Array(room),
    usual: new Float32Array(room),
    spread: new Float32Array(room),
    latest: new Uint8Array(room),
    learned: new Uint8Array(room),
    history: new Uint8Array(room),
    slowFor: new Uint16Array(room),
  }
}

function grown(before: Columns): Columns {
  const after = newColumns(Math.ceil(before.next.length * 1.5))
  after.next.set(before.next)
  after.source.set(before.source)
  after.target.set(before.target)
  after.lastRound.set(before.lastRound)
  after.usual.set(before.usual)
  after.spread.set(before.spread)
  after.latest.set(before.latest)
  after.learned.set(before.learned)
  after.history.set(before.history)
  after.slowFor.set(before.slowFor)
  return after
}
