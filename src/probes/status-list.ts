import { type Field, show, texts } from '../config/fields.ts'

/** HTTP statuses, one by one or by their hundred: `204`, `2xx`. */
export function statuses(fallback: readonly string[], doc: string): Field<readonly string[]> {
  const list = texts(fallback, doc)
  const expects = 'statuses such as "200" or "2xx"'
  return {
    ...list,
    expects: `a list of ${expects}`,
    parse(raw) {
      const written = list.parse(raw)
      const odd = written.find((item) => !/^[1-5](xx|\d\d)$/.test(item))
      if (odd !== undefined) throw new RangeError(`expected ${expects}, got ${show(odd)}`)
      return written
    },
  }
}

export function isAmong(status: number, list: readonly string[]): boolean {
  return list.includes(String(status)) || list.includes(`${Math.floor(status / 100)}xx`)
}
