/** Counters by number that grow with the highest number used. */
export interface Tally {
  values: Float32Array
}

export function newTally(): Tally {
  return { values: new Float32Array(0) }
}

export function count(tally: Tally, index: number, n: number): void {
  if (index >= tally.values.length) grow(tally, index + 1)
  tally.values[index] = (tally.values[index] ?? 0) + n
}

export function addAll(into: Tally, { values }: Tally): void {
  if (values.length > into.values.length) grow(into, values.length)
  const sums = into.values
  for (let i = 0; i < values.length; i++) sums[i] = (sums[i] ?? 0) + (values[i] ?? 0)
}

function grow(tally: Tally, wanted: number): void {
  const grown = new Float32Array(Math.max(wanted, Math.ceil(tally.values.length * 1.5), 64))
  grown.set(tally.values)
  tally.values = grown
}
