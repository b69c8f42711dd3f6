import type { Round } from '../../model/round.ts'
import type { Accusation } from '../accusation.ts'
import type { Activity } from '../activity.ts'
import type { Atlas } from '../atlas.ts'
import { accusationsOf } from './accuse.ts'
import { note } from './baseline.ts'
import { blamed } from './blame.ts'
import { isHidden } from './hidden.ts'
import { forgetBefore, newPaths, pathTo } from './paths.ts'
import { readingsOf } from './readings.ts'
import { sampleOf } from './sample.ts'
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
/** By how much an agent's clock may be ahead. */
const aheadAtMost = 2
const forgetEvery = 60
const forgetAfter = 360

export function createLatency(atlas: Atlas): Latency {
  const paths = newPaths()

  function activitiesBySuspect(suspects: ReadonlySet<number>, round: number): ReadonlyMap<number, Activity> {
    const { history } = paths.columns
    const activities = new Map<number, Activity>()
    for (const [suspect, own] of pathsBySuspect(atlas, paths, sampleOf(paths, round).paths, suspects)) {
      const slow = own.filter((path) => ((history[path] ?? 0) & 1) === 1).length
      activities.set(suspect, slow >= own.length / 2 ? 'active' : 'clean')
    }
    for (const suspect of suspects) if (isGone(suspect)) activities.set(suspect, 'clean')
    return activities
  }

  function isGone(suspect: number): boolean {
    const place = placeOf(suspect)
    if ('node' in place) return !atlas.listed().has(place.node)
    return place.zones.some((zone) => ![...atlas.listed()].some((node) => atlas.zoneOf[node] === zone))
  }

  return {
    noteRound(row, now) {
      if (row.draining || row.seq < settledFrom || row.round > now + aheadAtMost) return
      const source = atlas.node(row.node, row.zone)
      for (const [peer, bucket] of readingsOf(row)) {
        const path = pathTo(paths, source, atlas.node(peer))
        if (row.round <= (paths.columns.lastRound[path] ?? 0)) continue
        paths.columns.lastRound[path] = row.round
        note(paths, path, bucket, row.roundSeconds)
      }
    },

    judge(round, others) {
      if (round % forgetEvery === 0) forgetBefore(paths, round - forgetAfter)
      const sample = sampleOf(paths, round)
      const found = accusationsOf({ atlas, paths, round }, sample, blamed(atlas, paths, sample))
      return found.filter(({ entity }) => !isHidden(entity, others))
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
