import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel knows of a process at one moment. */
export interface Reading {
  readonly atMs: number
  /** CPU time of all its threads, user and system. */
  readonly cpuMs: number
  /** Times it went to sleep and was woken again. */
  readonly wakeUps: number
  readonly rssMiB: number
  readonly anonMiB: number
}

/** Reads `/proc`; CPU from `schedstat`, because the ticks of `stat` are 10 ms each: too coarse for an idle program. */
export function readProcess(pid: number): Reading {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  let cpuNs = 0
  let wakeUps = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    cpuNs += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
    wakeUps += numberAfter(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'), 'voluntary_ctxt_switches')
  }
  return {
    atMs: performance.now(),
    cpuMs: cpuNs / 1e6,
    wakeUps,
    rssMiB: numberAfter(status, 'VmRSS') / 1024,
    anonMiB: numberAfter(status, 'RssAnon') / 1024,
  }
}

/** CPU time per second of wall time, in thousandths of a core. */
export function milliCpu(from: Reading, to: Reading): number {
  return (1000 * (to.cpuMs - from.cpuMs)) / (to.atMs - from.atMs)
}

export function wakeUpsPerSecond(from: Reading, to: Reading): number {
  return (1000 * (to.wakeUps - from.wakeUps)) / (to.atMs - from.atMs)
}

function numberAfter(text: string, word: string): number {
  const [, digits] = new RegExp(`^${word}:\\s+(\\d+)`, 'm').exec(text) ?? []
  return Number(digits ?? 0)
}
