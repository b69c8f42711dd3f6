import type { Round, StablePair } from '../../model/round.ts'

/**
 * What this round's answers took, by peer, as buckets of `model/latency.ts`. A lost packet makes a connection seconds
 * late and an echo not at all; an agent that starves makes the echo late and not the connection, which the kernel
 * answers. So a way is as slow as the quicker of both, and of many answers the median counts.
 */
export function readingsOf({ stable, node }: Round): ReadonlyMap<string, number> {
  const [connections, echoes] = [new Map<string, number>(), new Map<string, number>()]
  for (const row of stable) {
    const isConnection = row.check === 'peer_tcp'
    if ((!isConnection && row.check !== 'peer_udp') || row.peer === node) continue
    const bucket = medianOf(row)
    if (bucket === undefined) continue
    if (isConnection) connections.set(row.peer, bucket)
    // Of two flows the slower: one of them may be held up alone.
    else echoes.set(row.peer, Math.max(bucket, echoes.get(row.peer) ?? 0))
  }
  for (const [peer, bucket] of connections) echoes.set(peer, Math.min(bucket, echoes.get(peer) ?? bucket))
  return echoes
}

function medianOf({ latency }: StablePair): number | undefined {
  if (latency.length <= 1) return latency[0]?.[0]
  let answers = 0
  for (const [, n] of latency) answers += n
  let seen = 0
  for (const [bucket, n] of latency) {
    seen += n
    if (2 * seen >= answers) return bucket
  }
  return undefined
}
