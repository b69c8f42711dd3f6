import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Finding, WrittenFault } from '../faults/fault.ts'
import { blindHosts } from '../faults/reach.ts'
import { aggregatorsOf, type Scene } from '../faults/scene.ts'
import { until } from '../lab/until.ts'
import { roundsOf } from './ask-aggregator.ts'
import type { FindingsWatch } from './findings.ts'
import { type Limits, limitsOf } from './limits.ts'
import { type Expectation, type Story, storyOf } from './story.ts'

/** What aggregators are heard to say from before some faults are set until all of it has closed. */
export interface Listening {
  readonly limits: Limits
  /** What has to be named. */
  readonly findings: readonly Finding[]
  /** To be called when all of it is broken, and when nothing is any longer. */
  wasSet(): void
  wasHealed(): void
  /** Resolves when all is named, or somewhat after it had to be; at once when nothing is to be named. */
  untilNamed(): Promise<void>
  /** Resolves when nothing is said any longer, or somewhat after that had to be so. */
  untilClosed(): Promise<void>
  story(): Story
  /** What disagrees with the design, each a sentence; empty when all is as it should be. */
  complaints(): readonly string[]
}

/** So that what comes late is measured, and not only missed. */
const patienceMs = 20_000
const quietWithinMs = 120_000

/** Waits until nothing is said, then listens. `scene` is that of before the faults. */
export async function listenTo(
  watch: FindingsWatch,
  faults: readonly WrittenFault[],
  scene: Scene,
): Promise<Listening> {
  const aggregators = await aggregatorsOf(scene.plan)
  watch.follow(aggregators)
  await watch.untilQuiet(quietWithinMs)
  const expectation: Expectation = {
    findings: faults.flatMap(({ fault, target }) => {
      const finding = fault.finding(target, scene)
      return finding === 'none' ? [] : [finding]
    }),
    aggregators,
    blind: blindHosts(faults, scene, aggregators),
  }
  const limits = limitsOf(faults, scene)
  const span = { beganMs: Date.now(), setMs: Date.now(), healedMs: Number.POSITIVE_INFINITY }
  const story = () => storyOf(watch.told(), expectation, span)
  const isToName = expectation.findings.length > 0
  return {
    ...{ limits, story, findings: expectation.findings },
    wasSet() {
      span.setMs = Date.now()
    },
    wasHealed() {
      span.healedMs = Date.now()
    },
    async untilNamed() {
      if (!isToName) return
      await orLate(limits.named, async () => (story().namedSeconds === undefined ? undefined : true))
    },
    async untilClosed() {
      await orLate(limits.closed, async () => (isSilent(watch) ? true : undefined))
    },
    complaints: () => [
      ...story().others,
      ...(isToName ? late(story(), limits) : []),
      ...watch.now().flatMap(({ by, findings }) => findings.map(({ text }) => `${by.host} still says: ${text}`)),
    ],
  }
}

function late({ namedSeconds, recoveringSeconds, closedSeconds }: Story, limits: Limits): readonly string[] {
  const one = (what: string, seconds: number | undefined, atMost: number) => {
    if (seconds === undefined) return [`not ${what}`]
    return seconds > atMost ? [`${what} after ${seconds.toFixed(1)} s, at most ${atMost} s`] : []
  }
  return [
    ...one('named', namedSeconds, limits.named),
    ...one('recovering', recoveringSeconds, limits.recovering),
    ...one('closed', closedSeconds, limits.closed),
  ]
}

function isSilent(watch: FindingsWatch): boolean {
  return watch.now().every(({ findings }) => findings.length === 0)
}

async function orLate(seconds: number, ask: () => Promise<true | undefined>): Promise<void> {
  const timeoutMs = seconds * 1000 + patienceMs
  await until({ what: '', timeoutMs, everyMs: 100 }, ask).catch(() => undefined)
}

/** Where recordings are kept of what was named otherwise than it should be. */
const wrongFolder = join(tmpdir(), 'meshprobe-lab-wrong')

/** Keeps what each aggregator judged, to be judged again by `meshprobe diagnose --input`; resolves to the files. */
export async function keepRounds(watch: FindingsWatch, name: string): Promise<readonly string[]> {
  await mkdir(wrongFolder, { recursive: true })
  const kept = watch.now().map(async ({ by }) => {
    const file = join(wrongFolder, `${name}-${by.host}.ndjson`)
    await writeFile(file, await roundsOf(by))
    return file
  })
  return Promise.all(kept)
}
