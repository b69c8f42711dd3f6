import { readFileSync } from 'node:fs'

const statFile = '/sys/fs/cgroup/cpu.stat'

/** How often the kernel has stopped us for using up our CPU quota; undefined outside a cgroup v2 with a quota. */
export function throttledPeriods(): number | undefined {
  try {
    const [, count] = /^nr_throttled (\d+)$/m.exec(readFileSync(statFile, 'utf8')) ?? []
    return count === undefined ? undefined : Number(count)
  } catch {
    return undefined // no cgroup v2: macOS, or an old kernel
  }
}
