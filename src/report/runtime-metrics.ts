import { readdirSync } from 'node:fs'

import { Counter, Gauge, type Registry } from 'prom-client'

/**
 * What Prometheus users look for in every process. Read when scraped: the collectors that come with prom-client keep
 * an event-loop monitor running, whose wake-ups cost more than a tenth of all our CPU.
 */
export function addRuntimeMetrics(registry: Registry): void {
  const registers = [registry]
  let lastCpuSeconds = 0
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time used, user and system',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      const seconds = (user + system) / 1e6
      this.inc(seconds - lastCpuSeconds)
      lastCpuSeconds = seconds
    },
  })
  const startSeconds = Math.floor(Date.now() / 1000 - process.uptime())
  gauge('process_start_time_seconds', 'when the process started', () => startSeconds)
  gauge('process_resident_memory_bytes', 'memory in RAM', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed)
  gauge('process_open_fds', 'open file descriptors', openFiles)

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0 // no /proc: macOS
  }
}
