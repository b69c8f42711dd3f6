import { hash53 } from '../model/hash.ts'

/** Numbers in [0, 1) that look random and are the same for the same seed. */
export function seededRandom(seed: string): () => number {
  let drawn = 0
  return () => hash53(`${seed}/${drawn++}`) / 2 ** 53
}
