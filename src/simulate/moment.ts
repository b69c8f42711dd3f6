import type { Stage } from './stage.ts'
import type { Weather } from './weather.ts'

/** Which moment of a round is looked at: causes begin and end in the middle of one. */
export interface Moment {
  set(moment: number): void
  readonly now: () => number
  readonly weather: () => Weather
}

export function createMoment(stage: Stage): Moment {
  let now = 0
  return {
    set(moment) {
      now = moment
    },
    now: () => now,
    weather: () => (now < stage.offset ? stage.before() : stage.after()),
  }
}
