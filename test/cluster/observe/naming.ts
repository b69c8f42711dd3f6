import { setTimeout as sleep } from 'node:timers/promises'

import { reasonOf } from '../../../src/publish/event-object.ts'
import type { WrittenFault } from '../faults/fault.ts'
import { lookAround } from '../faults/scene.ts'
import { healFault, setFault } from '../faults/set-fault.ts'
import type { Plan } from '../lab/plan.ts'
import { type FoundEvent, findingEvents } from './events.ts'
import type { FindingsWatch } from './findings.ts'
import { keepRounds, listenTo } from './listening.ts'
import type { Observer } from './rounds.ts'
import { type Share, shareOfRounds } from './rounds-run.ts'
import type { Story } from './story.ts'

/** What came of breaking some things at once, as far as the aggregators say it. */
export interface Naming {
  readonly story: Story
  readonly complaints: readonly string[]
  /** All Events that aggregators wrote, oldest first, with seconds from the fault. */
  readonly events: readonly FoundEvent[]
  /** The first that tells what had to be named; none when nothing had to be, or none was written. */
  readonly event: FoundEvent | undefined
  /** Of the node whose agent ran the fewest of its rounds, from the fault to its end. */
  readonly rounds: Share
  /** Recordings, when there are complaints. */
  readonly kept: readonly string[]
}

export interface NamingOptions {
  readonly plan: Plan
  readonly watch: FindingsWatch
  readonly observer: Observer
  /** How long all of it is broken at least. */
  readonly heldMs: number
}

/** Breaks things at once, waits until each is named, heals them and waits until all of it has closed. */
export async function tryNaming(faults: readonly WrittenFault[], options: NamingOptions): Promise<Naming> {
  const { plan, watch, observer, heldMs } = options
  const scene = await lookAround(plan)
  observer.follow(scene)
  const listening = await listenTo(watch, faults, scene)
  const began = Date.now()
  try {
    for (const one of faults) await setFault(one, plan, scene)
    listening.wasSet()
    const replaced = faults.some(({ fault }) => fault.replacesPods === true)
    if (replaced) observer.follow(await lookAround(plan))
    await Promise.all([listening.untilNamed(), sleep(heldMs)])
  } finally {
    for (const one of faults.toReversed()) await healFault(one)
  }
  listening.wasHealed()
  const healed = Date.now()
  // What comes only after healing is wrong as well.
  await Promise.all([listening.untilClosed(), sleep(heldMs)])
  const complaints = listening.complaints()
  const names = faults.map(({ fault, target }) => `${fault.name}=${target.replaceAll(/[^\w,-]/g, '_')}`)
  const events = await findingEvents(began)
  const reasons = new Set(listening.findings.map(({ fault }) => reasonOf(fault)))
  return {
    story: listening.story(),
    complaints,
    events,
    event: events.find(({ type, reason }) => type === 'Warning' && reasons.has(reason)),
    rounds: shareOfRounds(observer.all(), plan, [began, healed]),
    kept: complaints.length > 0 ? await keepRounds(watch, names.join('+')) : [],
  }
}
