/** A share with the interval that holds the true one in 95 of 100 cases. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  /** Out of how many. */
  readonly of: number
}

const z = 1.96
/** Of events of which none was seen, so many may be expected at most. */
const ruleOfThree = 3

/** Wilson's interval: it stays within 0 and 1, and says something also when all went well. */
export function share(hits: number, of: number): Estimate | undefined {
  if (of === 0) return undefined
  const p = hits / of
  const middle = (p + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2))) / (1 + z ** 2 / of)
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half), of }
}

/** Events per million, of a Poisson process; the bounds are those of Byar. */
export function perMillion(events: number, of: number): Estimate | undefined {
  if (of === 0) return undefined
  const scale = 1e6 / of
  const byar = (n: number, sign: 1 | -1) => n * (1 - 1 / (9 * n) + (sign * z) / (3 * Math.sqrt(n))) ** 3
  const low = events === 0 ? 0 : byar(events, -1)
  const high = events === 0 ? ruleOfThree : byar(events + 1, 1)
  return { value: events * scale, low: low * scale, high: high * scale, of }
}

/** The value that `part` (0…1) of all do not exceed; undefined without any. */
export function quantile(values: readonly number[], part: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]
}
