import type { Output } from './command.ts'

export interface Progress {
  readonly missing: (count: number) => void
  readonly end: () => void
}

/** One line that counts down, on a terminal only. */
export function showProgress(output: Output): Progress {
  if (!output.isTTY) return { missing: () => {}, end: () => {} }
  return {
    missing: (count) => output.write(`\r\u001b[K${count} still to answer`),
    end: () => output.write('\r\u001b[K'),
  }
}
