/** Sets of labels that are forgotten when nothing has been counted under them for some rounds. */
export interface Expiring<Labels> {
  /** The labels under this key, made when they are new, and kept for `rounds` from now. */
  use(key: string, rounds: number, make: () => Labels): Labels
  roundEnded(): void
}

/** `forget` removes the series of labels that have expired: else every departed peer would stay for ever. */
export function createExpiring<Labels>(forget: (labels: Labels) => void): Expiring<Labels> {
  const entries = new Map<string, { readonly labels: Labels; left: number }>()
  return {
    use(key, rounds, make) {
      const entry = entries.get(key) ?? { labels: make(), left: 0 }
      entry.left = rounds
      entries.set(key, entry)
      return entry.labels
    },
    roundEnded() {
      for (const [key, entry] of entries) {
        entry.left -= 1
        if (entry.left > 0) continue
        entries.delete(key)
        forget(entry.labels)
      }
    },
  }
}
