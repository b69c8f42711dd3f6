import { setTimeout as delay } from 'node:timers/promises'

import { request } from 'undici'

import { createPuller } from '../../src/aggregator/pull.ts'
import { unpackRound } from '../../src/aggregator/told-round.ts'
import type { Round } from '../../src/model/round.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { ipOf, metricsPort, nameOf } from './addresses.ts'
import { startAgent, startCluster, stopped, writeFiles } from './children.ts'
import { milliCpu, type Reading, readProcess, wakeUpsPerSecond } from './process.ts'

const warmUpSeconds = 25
const scrapeSeconds = 15

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly seconds: number
  readonly probesPerSecond: number
  readonly milliCpu: number
  readonly rssMiB: number
  readonly anonMiB: number
  readonly wakeUpsPerSecond: number
  readonly series: number
  readonly lateP99Ms: number
  readonly failures: number
  /** Anonymous memory at a tenth of the time and at the end, when asked for. */
  readonly growthMiB?: number
}

export interface Load {
  readonly nodes: number
  readonly seconds: number
  readonly soak: boolean
}

/** Runs an agent among `nodes` for `seconds`, scraped and pulled as in a cluster, and reads what it used. */
export async function measureAgent({ nodes, seconds, soak }: Load): Promise<Row> {
  const files = writeFiles(nodes)
  const cluster = await startCluster(nodes, files)
  const agent = startAgent(files)
  const reading = new AbortController()
  const rounds: Round[] = []
  try {
    await answering()
    void keepPulling(rounds, reading.signal)
    await scraping(warmUpSeconds)
    rounds.length = 0
    const readings = [readProcess(Number(agent.pid))]
    const steps = Math.max(2, Math.ceil(seconds / scrapeSeconds))
    for (let step = 0; step < steps; step++) {
      await delay((1000 * seconds) / steps)
      await scrape()
      readings.push(readProcess(Number(agent.pid)))
    }
    return rowOf(`agent, ${nodes} nodes`, readings, rounds, await scrape(), soak)
  } finally {
    reading.abort()
    await Promise.all([stopped(agent), stopped(cluster)])
  }
}

function rowOf(what: string, readings: readonly Reading[], rounds: readonly Round[], page: string, soak: boolean): Row {
  const [first, last] = [readings[0], readings.at(-1)]
  const early = readings[Math.ceil(readings.length / 10)]
  if (first === undefined || last === undefined || early === undefined) throw new Error('no reading')
  const attempts = rounds.flatMap(({ ok }) => ok.map(({ n }) => n)).reduce((sum, n) => sum + n, 0)
  const failures = rounds.flatMap(({ fails }) => fails.map(({ failed }) => failed)).reduce((sum, n) => sum + n, 0)
  const covered = rounds.length * (rounds[0]?.roundSeconds ?? 10)
  return {
    what,
    seconds: Math.round((last.atMs - first.atMs) / 1000),
    probesPerSecond: (attempts + failures) / covered,
    milliCpu: milliCpu(first, last),
    rssMiB: Math.max(...readings.map(({ rssMiB }) => rssMiB)),
    anonMiB: Math.max(...readings.map(({ anonMiB }) => anonMiB)),
    wakeUpsPerSecond: wakeUpsPerSecond(first, last),
    series: page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    lateP99Ms: 1000 * quantileOf(page, 'meshprobe_scheduler_lag_seconds', 0.99),
    failures,
    ...(soak && { growthMiB: last.anonMiB - early.anonMiB }),
  }
}

async function keepPulling(rounds: Round[], signal: AbortSignal): Promise<void> {
  const address = { node: nameOf(1), podUid: 'uid-1', host: ipOf(1), port: metricsPort }
  const puller = createPuller(address, { signer: createKeyring([Buffer.alloc(32, 7)]), wallMs: Date.now })
  while (!signal.aborted) {
    try {
      const pulled = await puller.pull(signal)
      rounds.push(...pulled.rounds.map(({ packed }) => unpackRound(packed)))
    } catch {
      await delay(500)
    }
  }
  puller.close()
}

async function scraping(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= scrapeSeconds) {
    await delay(1000 * Math.min(left, scrapeSeconds))
    await scrape()
  }
}

async function scrape(): Promise<string> {
  const { body } = await request(`http://${ipOf(1)}:${metricsPort}/metrics`)
  return body.text()
}

async function answering(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await scrape()
      return
    } catch {
      await delay(200)
    }
  }
  throw new Error('the agent did not start within 20 s')
}

/** Upper bound of the bucket that holds the quantile, in the metric's unit. */
function quantileOf(page: string, metric: string, share: number): number {
  const buckets = [...page.matchAll(new RegExp(`^${metric}_bucket\\{[^}]*le="([^"]+)"[^}]*\\} (\\d+)`, 'gm'))]
  const rows = buckets.map(([, le, count]) => ({
    le: Number(le === '+Inf' ? Number.POSITIVE_INFINITY : le),
    count: Number(count),
  }))
  const total = rows.at(-1)?.count ?? 0
  return rows.find(({ count }) => count >= share * total)?.le ?? 0
}
