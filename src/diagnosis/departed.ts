import type { Fault } from '../model/fault.ts'
import type { ViewLine } from '../model/recording.ts'

const keptAtMost = 5000
const toldAtMost = 3
/** A pod that goes is missed before the view has it that it went, and the other way round. */
const leadRounds = 6
/** Who leads connections to endpoints that are no more. */
const leadsAstray: readonly Fault[] = ['kube_proxy', 'service_stale']

/** Knows the addresses of agents' pods that are no more: old rules still lead there. */
export interface Departed {
  noteView(view: ViewLine, round: number): void
  /**
   * What a sentence about the fault says of those that went since shortly before the round in which it began; empty when
   * there are none. The newest first: they went while it was broken, the others perhaps in a rollout before that.
   */
  wordsOf(fault: Fault, round: number): string
}

export function createDeparted(): Departed {
  const byNode = new Map<string, string>()
  /** When each went, oldest first. */
  const gone = new Map<string, number>()

  function went(ip: string, round: number): void {
    gone.set(ip, round)
    const [oldest] = gone.keys()
    if (gone.size > keptAtMost && oldest !== undefined) gone.delete(oldest)
  }

  return {
    noteView({ nodes }, round) {
      const here = new Set(nodes.map(({ ip }) => ip))
      for (const [node, ip] of byNode) {
        if (here.has(ip)) continue
        went(ip, round)
        byNode.delete(node)
      }
      for (const { node, ip } of nodes) {
        if (ip === undefined) continue
        byNode.set(node, ip)
        // Addresses are given again.
        gone.delete(ip)
      }
    },
    wordsOf(fault, round) {
      if (!leadsAstray.includes(fault)) return ''
      const since = [...gone]
        .filter(([, at]) => at >= round - leadRounds)
        .sort(([, a], [, b]) => b - a)
        .map(([ip]) => ip)
      if (since.length === 0) return ''
      const more = since.length > toldAtMost ? ` and ${since.length - toldAtMost} more` : ''
      return `; endpoints that are gone meanwhile: ${since.slice(0, toldAtMost).join(', ')}${more}`
    },
  }
}
