import { cover } from './cover.ts'
import type { Geometry } from './geometry.ts'
import { roleCount } from './roles.ts'

/** Whom each failure of a window touches, and how. Worked out once: every step of a search asks for it again. */
export interface Covers {
  /** Where each failure's entries begin, and at the end where the last ones end. */
  readonly from: Int32Array
  /** By entry. */
  readonly suspect: Int32Array
  /** By entry: role and share in one number, for there are few different ones. */
  readonly touch: Uint16Array
  /** By touch. */
  readonly roles: readonly number[]
  readonly scales: readonly number[]
  /** The same entries once more, by suspect: where each suspect's begin, and of each its failure and its touch. */
  readonly bySuspect: { readonly from: Int32Array; readonly failure: Int32Array; readonly touch: Uint16Array }
}

interface Observations {
  readonly size: number
  readonly kind: ArrayLike<number>
  readonly source: ArrayLike<number>
  readonly target: ArrayLike<number>
}

const entriesAtFirst = 16

export function coversOf(geometry: Geometry, { size, kind, source, target }: Observations): Covers {
  const from = new Int32Array(size + 1)
  let [suspects, touches] = [new Int32Array(size * entriesAtFirst), new Uint16Array(size * entriesAtFirst)]
  const { roles, scales, touchOf } = newTouches()
  let entries = 0
  const visit = (suspect: number, role: number, scale: number) => {
    if (entries === suspects.length) [suspects, touches] = [grown(suspects, Int32Array), grown(touches, Uint16Array)]
    suspects[entries] = suspect
    touches[entries] = touchOf(role, scale)
    entries += 1
  }
  for (let i = 0; i < size; i++) {
    cover(geometry, { kind: kind[i] ?? 0, source: source[i] ?? 0, target: target[i] ?? 0 }, visit)
    from[i + 1] = entries
  }
  const found = { from, suspect: suspects, touch: touches }
  return { ...found, roles, scales, bySuspect: sortedBySuspect(geometry.suspects, size, found) }
}

function sortedBySuspect(many: number, size: number, covers: Pick<Covers, 'from' | 'suspect' | 'touch'>) {
  const entries = covers.from[size] ?? 0
  const [from, failure, touch] = [new Int32Array(many + 1), new Int32Array(entries), new Uint16Array(entries)]
  for (let entry = 0; entry < entries; entry++) {
    const after = (covers.suspect[entry] ?? 0) + 1
    from[after] = (from[after] ?? 0) + 1
  }
  for (let suspect = 0; suspect < many; suspect++) from[suspect + 1] = (from[suspect + 1] ?? 0) + (from[suspect] ?? 0)
  const next = from.slice()
  for (let i = 0; i < size; i++) {
    const end = covers.from[i + 1] ?? 0
    for (let entry = covers.from[i] ?? 0; entry < end; entry++) {
      const suspect = covers.suspect[entry] ?? 0
      const place = next[suspect] ?? 0
      next[suspect] = place + 1
      failure[place] = i
      touch[place] = covers.touch[entry] ?? 0
    }
  }
  return { from, failure, touch }
}

/** Numbers for pairs of role and share; the whole of a role has the role's own number. */
function newTouches() {
  const roles = Array.from({ length: roleCount }, (_, role) => role)
  const scales = roles.map(() => 1)
  const byScale = roles.map(() => new Map<number, number>())
  const touchOf = (role: number, scale: number): number => {
    if (scale === 1) return role
    const known = byScale[role]?.get(scale)
    if (known !== undefined) return known
    const touch = roles.push(role) - 1
    scales.push(scale)
    byScale[role]?.set(scale, touch)
    return touch
  }
  return { roles, scales, touchOf }
}

function grown<T extends Int32Array | Uint16Array>(values: T, Kind: new (length: number) => T): T {
  const more = new Kind(2 * values.length)
  more.set(values)
  return more
}
