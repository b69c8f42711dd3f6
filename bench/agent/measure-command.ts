import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

import { stopped } from './children.ts'
import type { Row } from './measure-agent.ts'
import { milliCpu, readProcess, wakeUpsPerSecond } from './process.ts'

/** Any other program, measured the same way; how many probes it sends only its own metrics know. */
export async function measureCommand(command: string, seconds: number): Promise<Row> {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: 'ignore' })
  try {
    await delay(5000)
    const first = readProcess(Number(child.pid))
    await delay(1000 * seconds)
    const last = readProcess(Number(child.pid))
    return {
      what: command,
      seconds,
      probesPerSecond: Number.NaN,
      milliCpu: milliCpu(first, last),
      rssMiB: last.rssMiB,
      anonMiB: last.anonMiB,
      wakeUpsPerSecond: wakeUpsPerSecond(first, last),
      series: Number.NaN,
      lateP99Ms: Number.NaN,
      failures: Number.NaN,
    }
  } finally {
    await stopped(child)
  }
}
