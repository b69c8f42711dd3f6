import type { ViewLine } from '../../../src/model/recording.ts'

/** Where nodes and replicas are: the topology, and nothing of what happens to their pods. */
export interface Places {
  readonly zoneOf: (node: string) => string
  /** The node of a DNS replica; undefined when it is not known. */
  readonly hostOf: (replica: string) => string | undefined
}

export function placesIn({ nodes, replicas }: ViewLine): Places {
  const zones = new Map(nodes.map(({ node, zone }) => [node, zone]))
  const hosts = new Map(replicas.map(({ name, node }) => [name, node]))
  return { zoneOf: (node) => zones.get(node) ?? '', hostOf: (replica) => hosts.get(replica) }
}

/** As findings name it when the direction does not matter. */
export function zonePair(a: string, b: string): string {
  return [a, b].sort().join('|')
}
