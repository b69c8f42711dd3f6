const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/
const ago = /^-(\d{1,9})(s|m|h|d)$/
const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Unix milliseconds of `2026-01-05T10:00:00Z`, or of a time before now such as `-15m`; undefined for anything else. */
export function timeMs(text: string, nowMs: number): number | undefined {
  const [, count, unit] = ago.exec(text) ?? []
  if (count !== undefined) return Math.max(0, nowMs - Number(count) * unitMs[unit as keyof typeof unitMs])
  // In a query "+" is a space, and few remember to write %2B.
  const written = text.replace(' ', '+')
  const ms = isoTime.test(written) ? Date.parse(written) : Number.NaN
  return Number.isNaN(ms) || ms < 0 ? undefined : ms
}
