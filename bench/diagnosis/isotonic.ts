import type { Step } from '../../src/diagnosis/calibration.ts'

/** A finding: what was known of it, and whether it was true. */
export interface Sample {
  readonly value: number
  readonly isTrue: boolean
}

/** Fewer than this many together say little. */
const togetherAtLeast = 20

interface Block {
  readonly from: number
  readonly hits: number
  readonly of: number
}

/**
 * The share that is true, rising with the value: isotonic regression by pooling adjacent violators (Ayer and others,
 * 1955), of groups of equal size. Each share is Laplace's, so that no group counts as certain.
 */
export function isotonic(samples: readonly Sample[]): readonly Step[] {
  const pooled: Block[] = []
  for (const block of groups([...samples].sort((a, b) => a.value - b.value))) {
    let last = block
    while (true) {
      const before = pooled.at(-1)
      if (before === undefined || shareOf(before) < shareOf(last)) break
      pooled.pop()
      last = { from: before.from, hits: before.hits + last.hits, of: before.of + last.of }
    }
    pooled.push(last)
  }
  return pooled.map((block, i) => [i === 0 ? 0 : rounded(block.from), rounded(shareOf(block))])
}

/** Equal values are never parted. */
function groups(sorted: readonly Sample[]): readonly Block[] {
  const blocks: Block[] = []
  let [from, hits, of] = [0, 0, 0]
  sorted.forEach(({ value, isTrue }, i) => {
    if (of === 0) from = value
    of += 1
    if (isTrue) hits += 1
    if (of < togetherAtLeast || sorted[i + 1]?.value === value) return
    blocks.push({ from, hits, of })
    ;[hits, of] = [0, 0]
  })
  if (of > 0) blocks.push({ from, hits, of })
  return blocks
}

function shareOf({ hits, of }: Block): number {
  return (hits + 1) / (of + 2)
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
