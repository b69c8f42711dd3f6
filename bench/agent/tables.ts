import { markdownTable } from '../markdown-table.ts'
import type { Row } from './measure-agent.ts'
import type { KindRow } from './measure-kinds.ts'

export function agentTable(rows: readonly Row[]): string {
  return markdownTable(
    [
      '',
      'probes/s',
      'mCPU',
      'RSS MiB',
      'anonymous MiB',
      'wake-ups/s',
      'series',
      'slot late p99 ms',
      'failures',
      'growth MiB',
    ],
    rows.map((row) => [
      row.what,
      row.probesPerSecond.toFixed(1),
      row.milliCpu.toFixed(1),
      row.rssMiB.toFixed(0),
      row.anonMiB.toFixed(1),
      row.wakeUpsPerSecond.toFixed(0),
      row.series.toFixed(0),
      `≤ ${row.lateP99Ms.toFixed(0)}`,
      row.failures.toFixed(0),
      row.growthMiB?.toFixed(1) ?? '',
    ]),
  )
}

export function kindTable(rows: readonly KindRow[]): string {
  return markdownTable(
    ['probe, 16 a second', 'CPU µs a probe', 'p50 ms', 'p99 ms'],
    rows.map((row) => [row.check, row.microsecondsPerProbe.toFixed(0), row.p50Ms.toFixed(2), row.p99Ms.toFixed(2)]),
  )
}
