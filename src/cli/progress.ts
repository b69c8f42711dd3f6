import type { Output } from './command.ts'

export interface Progress {
  readonly done: (count: number) => void
  readonly end: () => void
}

/** One line that counts, on a terminal only. */
export function showProgress(output: Output, total: number): Progress {
  if (!output.isTTY) return { done: () => {}, end: () => {} }
  return {
    done: (count) => output.write(`\r${count} of ${total} asked`),
    end: () => output.write('\r\u001b[K'),
  }
}
