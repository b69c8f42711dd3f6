import type { NoiseLevel } from '../../src/simulate/noise.ts'
import * as scenarioList from '../../src/simulate/scenarios/list.ts'

/** One row of the table: a kind of cluster, what is broken in it, and how often. */
export interface Row {
  readonly name: string
  readonly nodes: number
  readonly zones: number
  readonly noise: NoiseLevel
  readonly scenarios: readonly string[]
  /** How many, from the first reported one on. */
  readonly seeds: number
  /** Into how many pieces the scenarios of one seed are divided, so that no piece takes all day. */
  readonly parts: number
}

const zones = 3
const all = Object.values(scenarioList).map(({ name }) => name)
/** Of every family one or two: in big clusters these show what they cost, and whether anything is found at all. */
const some = [
  ...['no_fault', 'node_down', 'pod_network_out', 'pod_network_loss', 'kube_proxy_down', 'mtu', 'link'],
  ...['zone_cut', 'zone_one_way', 'dns_replica_external', 'ingress_replica', 'many_nodes_down'],
]
const few = ['no_fault', 'node_down', 'zone_cut', 'dns_replica_external']

/** THE LIST: a line a row. */
export const rows: readonly Row[] = [
  row(5, 'N1', { scenarios: all, seeds: 10 }),
  row(5, 'N2', { scenarios: all, seeds: 10 }),
  row(12, 'N1', { scenarios: all, seeds: 10 }),
  row(12, 'N2', { scenarios: all, seeds: 10 }),
  row(30, 'N1', { scenarios: all, seeds: 6 }),
  row(30, 'N2', { scenarios: all, seeds: 6 }),
  row(30, 'N3', { scenarios: all, seeds: 6 }),
  row(100, 'N1', { scenarios: all, seeds: 3 }),
  row(100, 'N2', { scenarios: all, seeds: 3 }),
  row(100, 'N3', { scenarios: all, seeds: 2 }),
  row(1000, 'N1', { scenarios: all, seeds: 1, parts: 8 }),
  row(1000, 'N2', { scenarios: all, seeds: 1, parts: 8 }),
  row(1000, 'N3', { scenarios: all, seeds: 1, parts: 8 }),
  row(5000, 'N1', { scenarios: some, seeds: 1, parts: 6 }),
  row(5000, 'N2', { scenarios: some, seeds: 1, parts: 6 }),
  row(10_000, 'N1', { scenarios: few, seeds: 1, parts: 4 }),
  row(10_000, 'N2', { scenarios: few, seeds: 1, parts: 4 }),
]

interface More {
  readonly scenarios: readonly string[]
  readonly seeds: number
  readonly parts?: number
}

function row(nodes: number, noise: NoiseLevel, { parts = 1, ...more }: More): Row {
  return { name: `n${nodes}-${noise}`, nodes, zones, noise, parts, ...more }
}
