import type { WrittenFault } from '../faults/fault.ts'
import type { Place, Scene } from '../faults/scene.ts'
import { labFaults, readFault } from '../faults/set-fault.ts'

/** What is broken at once for one row of the table of findings. */
export interface Case {
  readonly name: string
  readonly doc: string
  faults(scene: Scene, leader: Place): readonly WrittenFault[]
}

const all = (...written: readonly string[]) => written.map(readFault)

const several: readonly Case[] = [
  {
    name: 'leader_cut',
    doc: 'the pod network of the node is cut on which the aggregator runs that writes to Kubernetes',
    faults: (_scene, { host }) => all(`pod_network_cut=${host}`),
  },
  {
    name: 'leader_off',
    doc: 'the cable of that node is pulled',
    faults: (_scene, { host }) => all(`node_off=${host}`),
  },
  {
    name: 'frozen_and_cut',
    doc: 'all API servers hang while the pod network of a node is cut',
    faults: () => all('apiserver_frozen=cluster', 'pod_network_cut=w3'),
  },
  {
    name: 'dns_and_mtu',
    doc: 'a DNS pod without upstream, and a node that loses large packets',
    faults: () => all('dns_replica_external=dns-2', 'mtu_hole=w5'),
  },
]

/** Every fault by itself, then several at once. */
export const cases: readonly Case[] = [
  ...labFaults.map(
    (fault): Case => ({
      name: fault.name,
      doc: fault.doc,
      faults: (scene) => [{ fault, target: fault.example(scene) }],
    }),
  ),
  ...several,
]
