/** What a finding can be about. */
export type EntityKind =
  | 'node'
  | 'zone'
  | 'zone_pair'
  | 'pod'
  | 'service'
  | 'api_server'
  | 'ingress'
  | 'pair'
  | 'cluster'

interface FaultWords {
  readonly entities: readonly EntityKind[]
  readonly doc: string
}

/** Everything a finding can say. Closed: the keys are a metric label and an alert's name. */
export const faults = {
  node_down: { entities: ['node'], doc: 'nothing on the node answers, its host address included' },
  node_loss: { entities: ['node'], doc: 'NIC or underlay loses packets, host address included' },
  pod_network_cut: { entities: ['node'], doc: 'CNI: pods cut off both ways; the host address is fine' },
  pod_network_in: { entities: ['node'], doc: 'CNI: packets to the pods are lost; those from them arrive' },
  pod_network_out: { entities: ['node'], doc: 'CNI: packets from the pods are lost; those to them arrive' },
  agent_down: { entities: ['node'], doc: 'our own pod does not answer; the network is fine' },
  agent_slow: { entities: ['node'], doc: 'our own pod starves; the network is fine' },
  kube_proxy: { entities: ['node'], doc: 'virtual IPs fail, or are stale, from this node only' },
  nodeport_blocked: { entities: ['node', 'cluster'], doc: 'NodePorts of this node only, or those of all' },
  mtu: { entities: ['node', 'zone_pair', 'pair', 'cluster'], doc: 'only large packets are lost' },
  zone_cut: { entities: ['zone_pair'], doc: 'two zones do not reach each other' },
  zone_one_way: { entities: ['zone_pair'], doc: 'one zone does not reach another; the way back works' },
  zone_isolated: { entities: ['zone'], doc: 'a zone is cut off from all others' },
  zone_loss: { entities: ['zone', 'zone_pair'], doc: 'packets between zones are lost now and then' },
  dns_replica_down: { entities: ['pod'], doc: 'one DNS replica answers no name' },
  dns_replica_external: { entities: ['pod'], doc: 'one DNS replica fails external names only' },
  dns_upstream: { entities: ['cluster'], doc: 'external names fail at every DNS replica' },
  dns_service: { entities: ['service'], doc: 'DNS fails through its ClusterIP only' },
  ingress_replica: { entities: ['pod'], doc: 'one ingress controller fails' },
  ingress_address: { entities: ['ingress'], doc: 'the ingress address fails; controllers and backends are fine' },
  ingress_down: { entities: ['ingress'], doc: 'every ingress controller fails; the backends are fine' },
  apiserver_endpoint: { entities: ['api_server'], doc: 'one API server does not answer' },
  apiserver_down: { entities: ['api_server'], doc: 'no API server answers' },
  service_stale: {
    entities: ['service', 'api_server'],
    doc: 'connections fail from every node, in part: a dead endpoint, or all: its address',
  },
  latency: { entities: ['node', 'zone_pair', 'service'], doc: 'reachable, but far slower than its own baseline' },
  link: { entities: ['pair'], doc: 'one path only' },
  fabric_loss: { entities: ['cluster'], doc: 'diffuse low loss' },
  partition: { entities: ['cluster'], doc: 'less than half of the agents is seen: no node is accused' },
} as const satisfies Record<string, FaultWords>

export type Fault = keyof typeof faults
