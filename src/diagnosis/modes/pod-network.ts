import type { Fault } from '../../model/fault.ts'
import { kind } from '../kinds.ts'
import { failureShare } from '../loss.ts'
import { role } from '../roles.ts'
import { type Mode, readAnyway, silent } from './mode.ts'

/** Pods of a node cut off, while its host address is fine. */
export const podNetworkCut = podNetwork('pod_network_cut', { into: 1, outOf: 1 })
export const podNetworkIn = podNetwork('pod_network_in', { into: 1, outOf: 0 })
export const podNetworkOut = podNetwork('pod_network_out', { into: 0, outOf: 1 })

function podNetwork(fault: Fault, loses: { readonly into: number; readonly outOf: number }): Mode {
  return {
    fault,
    suspect: 'node',
    fails: (known, at, severity) => {
      const [into, outOf] = [loses.into * severity, loses.outOf * severity]
      if (known === kind.nodePort) return nodePort(at, into, outOf)
      if (known === kind.host || known === kind.ready) return 0
      const there = at === role.from ? outOf : into
      const back = at === role.from ? into : outOf
      if (known === kind.report) return readAnyway * failureShare(known, into, outOf)
      return failureShare(known, there, back)
    },
    profile: silent,
    patience: 'careful',
    restarts: true,
  }
}

function nodePort(at: number, into: number, outOf: number): number {
  if (at === role.from) return failureShare(kind.nodePort, outOf, into)
  const share = failureShare(kind.nodePort, into, outOf)
  // The host hands it on to any node's pod, over the same network or past it: that depends on the CNI.
  return at === role.to ? 0.5 * share : share
}
