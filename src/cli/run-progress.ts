import type { Output } from './command.ts'
import type { Run } from './run-simulation.ts'

export interface RunProgress {
  readonly begins: (run: Run) => void
  readonly round: () => void
  readonly end: () => void
}

const barWidth = 24
const clearLine = '\r\u001b[K'

/** A bar that fills run by run, on a terminal only. */
export function showRuns(output: Output, runs: number): RunProgress {
  if (!output.isTTY) return { begins: () => {}, round: () => {}, end: () => {} }
  let begun = 0
  let rounds = 0
  let what = ''

  function draw(): void {
    const full = Math.round((barWidth * (begun - 1)) / runs)
    const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
    const text = `${bar} ${begun} of ${runs}: ${what}, round ${rounds}`
    output.write(`${clearLine}${text.slice(0, output.columns - 1)}`)
  }

  return {
    begins({ scenario, seed }) {
      begun += 1
      rounds = 0
      what = `${scenario.name}, seed ${seed}`
      draw()
    },
    round() {
      rounds += 1
      draw()
    },
    end: () => output.write(clearLine),
  }
}
