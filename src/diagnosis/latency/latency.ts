import { type Round, roundsKept } from '../../model/round.ts'
import type { Accusation } from '../accusation.ts'
import type { Activity } from '../activity.ts'
import type { Atlas } from '../atlas.ts'
import { accusationsOf } from './accuse.ts'
import { isKnown, note } from './baseline.ts'
import { blamed, type Sample } from './blame.ts'
import { isHidden } from './hidden.ts'
import { endOf, forgetBefore, newPaths, pathTo } from './paths.ts'
import { bucketIn, readingsOf } from './readings.ts'
import { pathsBySuspect, placeOf } from './suspects.ts'

/** Finds who is reachable, but far slower than usual. */
export interface Latency {
  /** Takes in an agent's round; not that of one who starves, for it would find everybody late. */
  noteRound(round: Round, now: number): void
  /** Who makes answers late in this round, except where one of the others fails them as well. */
  judge(round: number, others: readonly Accusation[]): readonly Accusation[]
  /** Of those accused of slowness, whether it still goes on, and whether one of the others explains it. */
  activities(accusations: readonly Accusation[], round: number): ReadonlyMap<Accusation, Activity>
}

/** A process that has just begun is slow itself. */
const settledFrom = 2
const judgedRounds = 0b1111
const slowRoundsAtLeast = 3
/** How late a round may be and still speak of now. */
const lateAtMost = 2
const forgetEvery = 60
const forgetAfter = 360
const families = [4, 6] as const

export function createLatency(atlas: Atlas): Latency {
  const paths = newPaths()

  function sampleOf(isIpv6: boolean, round: number): Sample {
    const { source, end, lastRound, history } = paths.columns
    const judged: number[] = []
    for (let path = 0; path < paths.size; path++) {
      const isOther = ((end[path] ?? 0) & 1) === (isIpv6 ? 0 : 1)
      if ((source[path] ?? 0) < 0 || isOther || (lastRound[path] ?? 0) < round - lateAtMost) continue
      if (isKnown(paths, path)) judged.push(path)
    }
    return { paths: judged, isSlow: (path) => ones((history[path] ?? 0) & judgedRounds) >= slowRoundsAtLeast }
  }

  function activitiesBySuspect(suspects: ReadonlySet<number>, round: number): ReadonlyMap<number, Activity> {
    const { history } = paths.columns
    const activities = new Map<number, Activity>()
    for (const family of families) {
      for (const [suspect, own] of pathsBySuspect(atlas, paths, sampleOf(family === 6, round).paths, suspects)) {
        const slow = own.filter((path) => ((history[path] ?? 0) & 1) === 1).length
        if (slow >= own.length / 2) activities.set(suspect, 'active')
        else if (!activities.has(suspect)) activities.set(suspect, 'clean')
      }
    }
    for (const suspect of suspects) if (isGone(suspect)) activities.set(suspect, 'clean')
    return activities
  }

  function isGone(suspect: number): boolean {
    const place = placeOf(suspect)
    return 'node' in place && !atlas.listed().has(place.node)
  }

  return {
    noteRound(row, now) {
      if (row.draining || row.seq < settledFrom || row.round > now + lateAtMost) return
      if (row.round <= now - roundsKept) return
      const source = atlas.node(row.node, row.zone)
      for (const family of families) {
        for (const [peer, reading] of readingsOf(row, family)) {
          const path = pathTo(paths, source, endOf(atlas.node(peer), family === 6))
          if (row.round <= (paths.columns.lastRound[path] ?? 0)) continue
          paths.columns.lastRound[path] = row.round
          note(paths, path, bucketIn(reading), row.roundSeconds)
        }
      }
    },

    judge(round, others) {
      if (round % forgetEvery === 0) forgetBefore(paths, round - forgetAfter)
      const found = families.flatMap((family) => {
        const sample = sampleOf(family === 6, round)
        return accusationsOf({ atlas, paths, round }, sample, blamed(atlas, paths, sample))
      })
      const byPlace = new Map(found.map((accusation) => [accusation.place, accusation]))
      return [...byPlace.values()].filter(({ entity }) => !isHidden(entity, others))
    },

    activities(accusations, round) {
      const slow = accusations.flatMap((accusation) => {
        const { charge } = accusation
        return charge.is === 'latency' ? [{ accusation, suspect: charge.suspect }] : []
      })
      if (slow.length === 0) return new Map()
      const activities = activitiesBySuspect(new Set(slow.map(({ suspect }) => suspect)), round)
      return new Map(
        slow.map(({ accusation, suspect }) => {
          const activity = activities.get(suspect) ?? 'unknown'
          const isExplained = activity !== 'clean' && isHidden(accusation.entity, accusations)
          return [accusation, isExplained ? 'explained' : activity]
        }),
      )
    },
  }
}

function ones(bits: number): number {
  let count = 0
  for (let rest = bits; rest > 0; rest >>>= 1) count += rest & 1
  return count
}
