import type { Estimate } from '../../src/simulate/statistics.ts'
import { estimateOf, type Part } from './counts.ts'

/** A share and, in brackets, the interval that holds the true one in 95 of 100 cases. */
export function shareText(part: Part): string {
  const estimate = estimateOf(part)
  if (estimate === undefined) return '–'
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((number) => number.toFixed(3))
  return `${value} (${low}–${high})`
}

export function rateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–'
  const { value, low, high } = estimate
  if (value === 0) return `0 (≤ ${brief(high)})`
  return `${brief(value)} (${brief(low)}–${brief(high)})`
}

/** Two digits that mean something, whatever the size. */
export function brief(number: number): string {
  if (number === 0) return '0'
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(number))))
  return number.toFixed(digits)
}

export function wordsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}
