import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { build } from 'hdr-histogram-js'

import { startCluster, started, stopped, writeFiles } from './children.ts'
import { milliCpu, readProcess } from './process.ts'

export interface KindRow {
  readonly check: string
  readonly microsecondsPerProbe: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const perSecond = 16
const checks = ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu', 'host_tcp', 'dns_replica', 'clusterip', 'nodeport']

/** CPU of each kind by itself at 16 a second, over the bare `node:net` loop at the same pace. */
export async function measureKinds(seconds: number): Promise<readonly KindRow[]> {
  const files = writeFiles(12)
  const cluster = await startCluster(12, files)
  const rows: KindRow[] = []
  try {
    rows.push(await measure('bare node:net GET', [join(import.meta.dirname, 'floor.ts')], seconds))
    for (const check of [...checks, 'apiserver_endpoint']) {
      rows.push(await measure(check, [join(import.meta.dirname, 'one-kind.ts'), check, files.settings], seconds))
    }
    return rows
  } finally {
    await stopped(cluster)
  }
}

async function measure(check: string, args: readonly string[], seconds: number): Promise<KindRow> {
  const child = await started(process.execPath, args)
  const latency = build({ lowestDiscernibleValue: 1, highestTrackableValue: 10_000_000 })
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n')) if (Number(line) > 0) latency.recordValue(Math.round(Number(line)))
  })
  await delay(3000)
  const first = readProcess(Number(child.pid))
  latency.reset()
  await delay(1000 * seconds)
  const last = readProcess(Number(child.pid))
  await stopped(child)
  return {
    check,
    microsecondsPerProbe: (1000 * milliCpu(first, last)) / perSecond,
    p50Ms: latency.getValueAtPercentile(50) / 1000,
    p99Ms: latency.getValueAtPercentile(99) / 1000,
  }
}
