const daySeconds = 86_400

/** ISO 8601 in UTC of a second since the epoch. By hand, for what is pure has no clock, not even one that stands still. */
export function isoOf(seconds: number): string {
  const days = Math.floor(seconds / daySeconds)
  const rest = Math.floor(seconds - days * daySeconds)
  const { year, month, day } = civil(days)
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(':')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}.000Z`
}

/** Days since 1970-01-01 as a date of the Gregorian calendar, whose cycle is 400 years, counted from 1 March of 0000. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const march = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1
  const month = march < 10 ? march + 3 : march - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
