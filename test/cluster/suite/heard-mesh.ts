import { setTimeout as sleep } from 'node:timers/promises'

import type { Test } from 'tap'

import { aggregatorsOf, type Scene } from '../faults/scene.ts'
import type { Plan } from '../lab/plan.ts'
import { type FindingsWatch, watchFindings } from '../observe/findings.ts'
import { keepRounds } from '../observe/listening.ts'
import { type Observer, observe } from '../observe/rounds.ts'
import { nameOf } from '../observe/story.ts'
import { fullRelease } from './mesh.ts'

/** A mesh whose agents and aggregators a test hears. */
export interface HeardMesh {
  readonly scene: Scene
  readonly plan: Plan
  readonly observer: Observer
  readonly watch: FindingsWatch
}

const quietWithinMs = 120_000
const lookMs = 2000
/** For so long after something ended something wrong may still be said of it: six rounds, and what is late. */
const settledAfterMs = 35_000

/** With everything on; all aggregators judge, and nothing is found. */
export async function heardMesh(t: Test, args: readonly string[] = []): Promise<HeardMesh> {
  const scene = await fullRelease(args)
  const observer = await observe(scene)
  const watch = watchFindings()
  t.teardown(() => Promise.all([observer.close(), watch.close()]))
  watch.follow(await aggregatorsOf(scene.plan))
  await watch.untilQuiet(quietWithinMs)
  return { scene, plan: scene.plan, observer, watch }
}

/** What any aggregator says while something is done that is no fault, and for a while after it; each a sentence. */
export async function saidDuring(
  { plan, watch }: HeardMesh,
  name: string,
  act: () => Promise<void>,
): Promise<readonly string[]> {
  const beganMs = Date.now()
  const following = new AbortController()
  const followed = keepFollowing(plan, watch, following.signal)
  try {
    await act()
    await sleep(settledAfterMs)
  } finally {
    following.abort()
    await followed
  }
  const said = watch.told().filter(({ atMs, state }) => atMs >= beganMs && state !== 'closed')
  if (said.length === 0) return []
  const seconds = (atMs: number) => ((atMs - beganMs) / 1000).toFixed(0)
  const lines = said.map(
    (one) => `${one.by.host} after ${seconds(one.atMs)} s: ${nameOf(one)}, ${one.state}: ${one.text}`,
  )
  return [...lines, ...(await keepRounds(watch, name)).map((file) => `recorded in ${file}`)]
}

/** Aggregators may be among what is replaced. */
async function keepFollowing(plan: Plan, watch: FindingsWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const there = await aggregatorsOf(plan).catch(() => [])
    if (there.length > 0) watch.follow(there)
    await sleep(lookMs, undefined, { signal }).catch(() => undefined)
  }
}
