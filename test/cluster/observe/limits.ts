import { expectedCells } from '../faults/expected-cells.ts'
import type { WrittenFault } from '../faults/fault.ts'
import type { Scene } from '../faults/scene.ts'

/** Seconds until it must be named; from healing, until nothing of it may be open and until all must have closed. */
export interface Limits {
  readonly named: number
  readonly recovering: number
  readonly closed: number
}

/** What takes long to tell from chance. */
const slow: ReadonlySet<string> = new Set(['link', 'agent_down', 'kube_proxy'])

/** Section 8 of the design: hard faults in 30 s, single paths, gray loss and stale rules in 75 s. */
export function limitsOf(faults: readonly WrittenFault[], scene: Scene): Limits {
  const isSlow = faults.some(({ fault, target }) => {
    const finding = fault.finding(target, scene)
    if (finding === 'none') return false
    if (slow.has(finding.fault) || fault.target === 'node_pair') return true
    return expectedCells(fault, target, scene).every(({ loss }) => loss !== 'all')
  })
  return { named: isSlow ? 75 : 30, recovering: 30, closed: 90 }
}
