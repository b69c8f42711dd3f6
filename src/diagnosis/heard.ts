import type { Round } from '../model/round.ts'
import type { Atlas } from './atlas.ts'
import { kind, kindOf } from './kinds.ts'
import { byKind } from './slice.ts'

/**
 * What an agent heard in a round, to be told beside what failed in it: by shared target and kind the answers, by node and
 * `oneWay` the datagrams that it sent. Nothing where nothing failed.
 */
export function heardIn({ ok, received, fails }: Round, atlas: Atlas): ReadonlyMap<number, number> {
  if (fails.length === 0) return new Map()
  const heard = new Map(received.map(({ from, got }) => [byKind(atlas.node(from), kind.oneWay), got]))
  for (const { check, variant, target, n } of ok) {
    const known = kindOf(check, variant)
    if (known !== undefined && target !== undefined) heard.set(byKind(atlas.target(check, target), known), n)
  }
  return heard
}
