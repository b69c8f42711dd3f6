import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Throws away what nobody holds any more, of this thread. A round leaves a hundred megabytes behind at once, and then
 * nothing for seconds: Node would collect them in the middle of the next one, when it needs as much again.
 */
export function createCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => {
    if (typeof collect === 'function') collect()
  }
}
