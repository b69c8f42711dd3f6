import type { Clock } from '../model/clock.ts'
import type { CanaryGeneration } from '../model/peer.ts'
import { nodeNames } from './topology.ts'

const nodesAtOnce = 4
const generationsKept = 4

/**
 * Gives the canary Service other backends, over and over until `signal` aborts, and tells each time the generations that
 * there were, newest last. A kube-proxy that has stopped shows by the old ones answering.
 */
export async function turnCanary(
  { clock, everyMs }: { readonly clock: Clock; readonly everyMs: number },
  tell: (generations: readonly CanaryGeneration[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let generations: readonly CanaryGeneration[] = []
  for (let turn = 0; !signal.aborted; turn++) {
    generations = [...generations, { sinceMs: clock.wallMs(), nodes: nodesOf(turn) }].slice(-generationsKept)
    tell(generations)
    await clock.sleep(everyMs, signal).catch(() => undefined)
  }
}

/** Every third node from another start, so that each generation is in every zone and shares no node with the last. */
export function nodesOf(turn: number): readonly string[] {
  const groups = nodeNames.length / nodesAtOnce
  return nodeNames.filter((_, index) => index % groups === turn % groups)
}
