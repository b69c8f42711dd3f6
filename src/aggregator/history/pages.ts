export interface Page<T> {
  readonly items: readonly T[]
  /** Give it as `before` to have the page after this one; absent on the last. */
  readonly next?: string
}

/** Where in the order of opening, and then of name, a page begins: before this one. */
export interface Place {
  readonly openedMs: number
  readonly id: string
}

/** Before nothing: the first page. */
const start: Place = { openedMs: Number.MAX_SAFE_INTEGER, id: '' }

export function cursorOf({ openedMs, id }: Place): string {
  return `${openedMs}~${id}`
}

/** Throws a RangeError for what is no cursor. */
export function placeOf(cursor: string | undefined): Place {
  if (cursor === undefined) return start
  const [, digits, id] = /^(-?\d{1,15})~(.{1,200})$/.exec(cursor) ?? []
  if (digits === undefined || id === undefined) {
    throw new RangeError(`expected as "before" what a page told as "next", got ${JSON.stringify(cursor.slice(0, 40))}`)
  }
  return { openedMs: Number(digits), id }
}
