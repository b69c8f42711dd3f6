import type { Round, StablePair } from '../../model/round.ts'

/** The quickest of what a peer's kernel and its process took to answer, as a bucket of `model/latency.ts`. */
export interface Reading {
  connect: number
  echo: number
}

const unheard = Number.POSITIVE_INFINITY

/**
 * What this round's answers took, by peer. A lost packet makes a connection seconds late and an echo not at all; an
 * agent that starves makes the echo late and not the connection, which the kernel answers. So a way is as slow as the
 * quicker of both, and of many answers the median counts.
 */
export function readingsOf({ stable, node }: Round): ReadonlyMap<string, Reading> {
  const readings = new Map<string, Reading>()
  for (const row of stable) {
    const isConnect = row.check === 'peer_tcp'
    if ((!isConnect && row.check !== 'peer_udp') || row.peer === node) continue
    const bucket = medianOf(row)
    if (bucket === undefined) continue
    const known = readings.get(row.peer)
    if (known === undefined)
      readings.set(row.peer, { connect: isConnect ? bucket : unheard, echo: isConnect ? unheard : bucket })
    else if (isConnect) known.connect = bucket
    // Of two flows the slower: one of them may be held up alone.
    else known.echo = known.echo === unheard ? bucket : Math.max(known.echo, bucket)
  }
  return readings
}

export function bucketIn({ connect, echo }: Reading): number {
  return Math.min(connect, echo)
}

function medianOf({ latency }: StablePair): number | undefined {
  const answers = latency.reduce((sum, [, n]) => sum + n, 0)
  let seen = 0
  for (const [bucket, n] of latency) {
    seen += n
    if (2 * seen >= answers && n > 0) return bucket
  }
  return undefined
}
