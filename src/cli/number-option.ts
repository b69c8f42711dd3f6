import { integer } from '../config/fields.ts'
import type { Given } from './command.ts'
import { UsageError } from './usage-error.ts'

/** The whole number that an option was given, or what it is without being given. */
export function wholeNumber(
  given: Given,
  option: string,
  fallback: number,
  limits: { min: number; max: number },
): number {
  const field = integer(fallback, limits, option)
  const text = given.value(option)
  try {
    return text === undefined ? fallback : field.parse(field.fromText(text))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`--${option}: ${error.message}`, { cause: error })
  }
}
