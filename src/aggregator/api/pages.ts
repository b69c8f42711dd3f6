export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

export interface Paging<T> {
  readonly limit: number
  /** What `nameOf` told of the last one of the page before. */
  readonly after: string | undefined
  readonly nameOf: (item: T) => string
  /** The order that the items are in. */
  readonly compare: (a: string, b: string) => number
}

/** A page of items in order. Where others came or went between two pages, nothing is told twice. */
export function pageOf<T>(items: readonly T[], { limit, after, nameOf, compare }: Paging<T>): Page<T> {
  const left = after === undefined ? items : items.filter((item) => compare(nameOf(item), after) > 0)
  const page = left.slice(0, limit)
  const last = page.at(-1)
  return { items: page, ...(left.length > page.length && last !== undefined && { next: nameOf(last) }) }
}
