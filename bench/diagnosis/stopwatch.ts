/** What some calls took. */
export interface Timing {
  readonly calls: number
  /** CPU time of all threads of the process, so also of those that collect garbage. */
  readonly cpuMs: number
  readonly cpuMaxMs: number
  readonly wallMs: number
  readonly wallMaxMs: number
}

export interface Stopwatch {
  time<T>(call: () => T): T
  reading(): Timing
}

export const noTime: Timing = { calls: 0, cpuMs: 0, cpuMaxMs: 0, wallMs: 0, wallMaxMs: 0 }

/** CPU time beside that of the clock on the wall: other programs use the same machine. */
export function createStopwatch(): Stopwatch {
  let taken = noTime
  return {
    time(call) {
      const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()]
      const result = call()
      const { user, system } = process.cpuUsage(startedCpu)
      const [wallMs, cpuMs] = [performance.now() - startedMs, (user + system) / 1000]
      taken = together(taken, { calls: 1, cpuMs, cpuMaxMs: cpuMs, wallMs, wallMaxMs: wallMs })
      return result
    },
    reading: () => taken,
  }
}

export function together(a: Timing, b: Timing): Timing {
  return {
    calls: a.calls + b.calls,
    cpuMs: a.cpuMs + b.cpuMs,
    cpuMaxMs: Math.max(a.cpuMaxMs, b.cpuMaxMs),
    wallMs: a.wallMs + b.wallMs,
    wallMaxMs: Math.max(a.wallMaxMs, b.wallMaxMs),
  }
}
