import type { Fault } from '../../model/fault.ts'
import type { Fate, Packet } from '../packet.ts'

/** A fault that the demo can set: what it does, as data that the transport asks. */
export interface DemoFault {
  readonly fault: Fault
  /** One line for the menu and the help: what breaks. */
  readonly doc: string
  /** What it can be set on, in the cluster's own names. */
  readonly targets: readonly string[]
  on(target: string): Effect
}

export interface Effect {
  /** What becomes of a packet; undefined when this fault has nothing to do with it. */
  readonly fate?: (packet: Packet) => Fate | undefined
  /** The node whose kube-proxy has stopped to update. */
  readonly stoppedProxy?: string
  /** The node that is off: nobody can read its rounds either. */
  readonly offNode?: string
}

/** A fault whose whole effect is that packets of some kind are lost. */
export function withheld(isLost: (packet: Packet) => boolean): Effect {
  return { fate: (packet) => (isLost(packet) ? { loss: 1, delayMs: 0 } : undefined) }
}

/** Faults of the whole cluster have this as their only target. */
export const wholeCluster: readonly string[] = ['cluster']
