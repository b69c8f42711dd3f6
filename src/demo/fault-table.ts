import type { Effect } from './faults/fault.ts'
import { arrives, type Fate, type Packet } from './packet.ts'
import { demoFaults, type SetFault, written } from './written-fault.ts'

export interface FaultTable {
  /** False when it is set already. */
  set(fault: SetFault): boolean
  /** False when it is not set. */
  heal(fault: SetFault): boolean
  active(): readonly SetFault[]
  /** What becomes of a packet now, all faults together. */
  fate(packet: Packet): Fate
  isProxyStopped(node: string): boolean
  isOff(node: string): boolean
  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** What is broken now. The transport of every node asks it packet by packet. */
export function createFaultTable(): FaultTable {
  const faults = new Map<string, { readonly fault: SetFault; readonly effect: Effect }>()
  const listeners = new Set<() => void>()
  const effects = () => [...faults.values()].map(({ effect }) => effect)

  function changed(): true {
    for (const listener of listeners) listener()
    return true
  }

  return {
    set(fault) {
      const effect = demoFaults.find((known) => known.fault === fault.fault)?.on(fault.target)
      if (effect === undefined || faults.has(written(fault))) return false
      faults.set(written(fault), { fault, effect })
      return changed()
    },
    heal: (fault) => faults.delete(written(fault)) && changed(),
    active: () => [...faults.values()].map(({ fault }) => fault),
    fate: (packet) =>
      effects().reduce((fate, effect) => (effect.fate === undefined ? fate : both(fate, effect.fate(packet))), arrives),
    isProxyStopped: (node) => effects().some(({ stoppedProxy }) => stoppedProxy === node),
    isOff: (node) => effects().some(({ offNode }) => offNode === node),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function both(one: Fate, other: Fate | undefined): Fate {
  if (other === undefined) return one
  return { loss: 1 - (1 - one.loss) * (1 - other.loss), delayMs: one.delayMs + other.delayMs }
}
