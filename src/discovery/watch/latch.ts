/** Remembers that something happened until somebody who waits for it has come through. For one who waits. */
export interface Latch {
  raise(): void
  /** Resolves when it is raised, and lowers it; rejects with the signal's reason when that aborts first. */
  pass(signal: AbortSignal): Promise<void>
}

export function createLatch(): Latch {
  let raised = false
  let wake: (() => void) | undefined
  return {
    raise() {
      raised = true
      wake?.()
    },
    async pass(signal) {
      signal.throwIfAborted()
      if (!raised) await raisedOrAborted(signal)
      raised = false
    },
  }

  function raisedOrAborted(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => reject(signal.reason)
      signal.addEventListener('abort', end, { once: true })
      wake = () => {
        signal.removeEventListener('abort', end)
        wake = undefined
        resolve()
      }
    })
  }
}
