import type { Check, Variant } from '../../../src/model/check.ts'
import type { Reason } from '../../../src/model/failure.ts'
import type { Fault } from '../../../src/model/fault.ts'
import type { Place, Scene } from './scene.ts'

/** A fault that can be set on the lab, and what has to be seen of it. */
export interface LabFault {
  /** As on the command line: `pod_network_cut=w3`. */
  readonly name: string
  /** What breaks, in one line. */
  readonly doc: string
  readonly target: TargetKind
  /** A target for the tests; the scene knows what there is. */
  example(scene: Scene): string
  /** Breaks something. Setting it twice is setting it once. */
  set(target: string, scene: Scene): Promise<void>
  /** Mends exactly what `set` broke, also when that is only half done. */
  heal(target: string, scene: Scene): Promise<void>
  /** Which packets get lost. A round trip is two flows. */
  loses?(flow: Flow, target: string, scene: Scene): Loss
  /** Which cells fail for another reason than lost packets. */
  fails?(cell: CellName, target: string, scene: Scene): Loss
  /** Setting it ends pods and so makes others. */
  readonly replacesPods?: true
  /** How the failures of its cells may be called. */
  readonly reasons: readonly Reason[]
  /** Which finding belongs to it; none for what no check can see. */
  finding(target: string, scene: Scene): Finding | 'none'
}

/** A fault and what it is to break, as in `pod_network_cut=w3`. */
export interface WrittenFault {
  readonly fault: LabFault
  readonly target: string
}

/** What follows the `=`. */
export type TargetKind = 'node' | 'node_pair' | 'zone_pair' | 'dns_pod' | 'ingress_pod' | 'api_server' | 'cluster'

export interface Finding {
  readonly fault: Fault
  /** As findings name it: `w3`, `zone-a|zone-b`, `kube-system/coredns-…`, `cluster`. */
  readonly entity: string
  /** What its sentence has to name as well. */
  readonly words?: readonly string[]
}

/** How much gets lost: gray faults lose some. */
export type Loss = 'none' | 'some' | 'all'

/** Packets of one direction. */
export interface Flow {
  readonly from: Place
  readonly to: Place
  /** Whether the packet is as large as the interface allows. */
  readonly full: boolean
}

export interface CellName {
  readonly check: Check
  readonly variant?: Variant
  readonly source: string
  readonly target: string
}

/** All packets, or none. */
export function lost(isLost: boolean): Loss {
  return isLost ? 'all' : 'none'
}

export function crossesNode({ from, to }: Flow, node: string): boolean {
  return (from.host === node) !== (to.host === node)
}

export function betweenPods({ from, to }: Flow): boolean {
  return from.pod !== undefined && to.pod !== undefined
}
