import pLimit from 'p-limit'

import type { AgentAddress } from '../../model/census.ts'
import { type Reason, reasonFor } from '../../model/failure.ts'
import { roundsPath } from '../../model/pull.ts'
import type { Round } from '../../model/round.ts'
import { lineOf } from '../recording-line.ts'
import { UsageError } from '../usage-error.ts'
import { askPod } from './forwarded.ts'
import type { Cluster } from './kube-cluster.ts'
import { harmless } from './read-json.ts'

/** Each is a websocket through the API server. */
const atOnce = 16
const pullMs = 8000

export interface Pulled {
  readonly node: string
  readonly rounds: readonly Round[]
  /** Why it could not be read; then it has no rounds. */
  readonly reason?: Reason
  /** The same in a sentence. */
  readonly trouble?: string
}

export interface PullingAgents {
  readonly namespace: string
  readonly port: number
  readonly podNames: ReadonlyMap<string, string>
}

/** Reads the last rounds of every agent once, on the loopback of its pod. Rejects only when `signal` aborts. */
export function pullAgents(
  cluster: Cluster,
  agents: readonly AgentAddress[],
  { namespace, port, podNames }: PullingAgents,
  signal: AbortSignal,
): Promise<readonly Pulled[]> {
  const limit = pLimit(atOnce)

  async function pull({ node, podUid }: AgentAddress): Promise<Pulled> {
    signal.throwIfAborted()
    const limited = AbortSignal.any([signal, AbortSignal.timeout(pullMs)])
    try {
      const to = { namespace, pod: podNames.get(podUid) ?? '', port }
      const { status, text } = await askPod(cluster, to, roundsPath, limited)
      if (status !== 200) return { node, rounds: [], reason: 'bad_status', trouble: `${node} answered ${status}` }
      return { node, rounds: roundsIn(text, node) }
    } catch (error) {
      if (signal.aborted) throw error
      const isLate = limited.aborted
      const why = isLate
        ? `no answer within ${pullMs / 1000} s`
        : error instanceof Error
          ? error.message
          : String(error)
      return { node, rounds: [], reason: reasonOf(error, isLate), trouble: `agent on ${node}: ${why}` }
    }
  }

  return Promise.all(agents.map((agent) => limit(pull, agent)))
}

/** Throws a UsageError, of whoever reads recordings, for a line that is no round. */
function roundsIn(text: string, node: string): readonly Round[] {
  return text.split('\n').flatMap((written, index) => {
    const line = lineOf(harmless(written), index + 1)
    return line?.kind === 'round' && line.node === node ? [line] : []
  })
}

function reasonOf(error: unknown, isLate: boolean): Reason {
  if (isLate) return 'timeout'
  if (error instanceof UsageError) return 'bad_reply'
  if (error instanceof Error && error.message.includes('connection refused')) return 'refused'
  const cause = error instanceof Error ? error.cause : undefined
  const reason = reasonFor(error)
  return reason === 'unknown' ? reasonFor(cause) : reason
}
