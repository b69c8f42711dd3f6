const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const

/** `4 s`, `3 min`, `2 h 5 min`: two units at most. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const index = units.findIndex(([, length]) => seconds >= length)
  const [unit, length] = units[index] ?? ['s', 1]
  const count = Math.floor(seconds / length)
  const [smaller, part] = units[index + 1] ?? ['s', 1]
  const rest = Math.floor((seconds % length) / part)
  const isShort = unit === 'min' && count >= 10
  return rest === 0 || isShort || length === 1 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${smaller}`
}
