import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { milliCpu, type Reading, readProcess } from '../agent/process.ts'
import { apiPort, roundSeconds } from './addresses.ts'
import { type Served, startAgents, startAggregator, stopped } from './children.ts'

/** One line of the table. */
export interface Row {
  readonly agents: number
  readonly rounds: number
  /** Of all that was measured, the start left out; and with it. */
  readonly rssMiB: number
  readonly peakMiB: number
  readonly milliCpu: number
  readonly pullsPerSecond: number
  /** Of the rounds that agents closed, those that were in time. */
  readonly heardShare: number
  /** After the end of the round, until its findings were told. */
  readonly lateP50Ms: number
  readonly lateMaxMs: number
  readonly evaluationMs: number
  /** How long after its start it was in time for the first time. */
  readonly readySeconds: number
}

const sampleMs = 1000
/** It reads the past and is late at first. */
const settlesWithinMs = 240_000

interface Sample extends Reading {
  readonly endedAt: number
  readonly lateMs: number
  readonly heard: number
  readonly evaluations: number
  readonly evaluationSeconds: number
}

/** Runs `agents` simulated agents and one aggregator, and measures it for `seconds` after it has settled. */
export async function measureAggregator(agents: number, seconds: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'meshprobe-bench-'))
  process.env['BENCH_HISTORY'] = folder
  const settings = join(folder, 'settings.json')
  const crowd = await startAgents(agents, settings)
  const aggregator = startAggregator(settings)
  try {
    const pid = Number(aggregator.pid)
    const startMs = performance.now()
    const start = await sampled(pid, settlesWithinMs, ({ lateMs, heard }) => heard === agents && inTime(lateMs))
    const readySeconds = (performance.now() - startMs) / 1000
    const before = crowd.served.at(-1)
    const samples = await sampled(pid, seconds * 1000, () => false)
    return rowOf({ agents, start, samples, readySeconds, before, after: crowd.served.at(-1) })
  } finally {
    await Promise.all([stopped(aggregator), stopped(crowd.process)])
    rmSync(folder, { recursive: true })
  }
}

function inTime(lateMs: number): boolean {
  return lateMs > 0 && lateMs < roundSeconds * 1000
}

async function sampled(pid: number, ms: number, isEnough: (sample: Sample) => boolean): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  const endMs = performance.now() + ms
  while (performance.now() < endMs) {
    await delay(sampleMs)
    const page = await metrics()
    const value = (name: string) => Number(new RegExp(`^meshprobe_${name} (\\S+)$`, 'm').exec(page)?.[1] ?? 0)
    const sample = {
      ...readProcess(pid),
      endedAt: value('judged_round_timestamp_seconds'),
      lateMs: value('evaluation_lateness_seconds') * 1000,
      heard: value('agents_heard'),
      evaluations: value('evaluation_seconds_count'),
      evaluationSeconds: value('evaluation_seconds_sum'),
    }
    samples.push(sample)
    if (isEnough(sample)) break
  }
  return samples
}

/** Empty while nobody answers: a busy aggregator is no reason to stop measuring. */
async function metrics(): Promise<string> {
  try {
    const answer = await fetch(`http://127.0.0.1:${apiPort}/metrics`, { signal: AbortSignal.timeout(20_000) })
    return await answer.text()
  } catch {
    return ''
  }
}

interface Measured {
  readonly agents: number
  readonly start: readonly Sample[]
  readonly samples: readonly Sample[]
  readonly readySeconds: number
  readonly before: Served | undefined
  readonly after: Served | undefined
}

function rowOf({ agents, start, samples, readySeconds, before, after }: Measured): Row {
  const told = samples.filter(({ endedAt }) => endedAt > 0)
  const [first, last] = [told[0], told.at(-1)]
  if (first === undefined || last === undefined || before === undefined || after === undefined)
    throw new Error('nothing was judged, or nobody served anything')
  const byRound = new Map(told.map((sample) => [sample.endedAt, sample]))
  const late = [...byRound.values()].map(({ lateMs }) => lateMs).sort((a, b) => a - b)
  const ended = (last.endedAt - first.endedAt) / roundSeconds + 1
  const heard = [...byRound.values()].reduce((sum, sample) => sum + sample.heard, 0)
  return {
    agents,
    rounds: byRound.size,
    rssMiB: Math.max(...samples.map(({ rssMiB }) => rssMiB)),
    peakMiB: Math.max(...[...start, ...samples].map(({ rssMiB }) => rssMiB)),
    milliCpu: milliCpu(first, last),
    pullsPerSecond: (after.polls - before.polls) / ((after.round - before.round) * roundSeconds),
    heardShare: heard / (ended * agents),
    lateP50Ms: late[Math.floor(late.length / 2)] ?? 0,
    lateMaxMs: late.at(-1) ?? 0,
    evaluationMs: (1000 * (last.evaluationSeconds - first.evaluationSeconds)) / (last.evaluations - first.evaluations),
    readySeconds,
  }
}
