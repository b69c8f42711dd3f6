/**
 * Every path that is probed. Closed: the keys are a metric label, a matrix selector and a settings section.
 *
 * `subject` says what a cell of the check's matrix is about: a `peer` (node by node) or something `shared`
 * that every node asks (a DNS replica, a Service, an API endpoint). `plane` is the part of a cluster it exercises:
 * parts that have nothing to do with each other rarely fail together.
 */
export const checks = {
  peer_http: { subject: 'peer', plane: 'peers', doc: 'new connection to a peer pod, GET, identity reply' },
  peer_tcp: {
    subject: 'peer',
    plane: 'peers',
    doc: 'connect to a peer pod; the kernel answers even if the process starves',
  },
  peer_udp: {
    subject: 'peer',
    plane: 'peers',
    doc: 'three datagrams a round to a peer pod, counted at the receiver in each direction',
  },
  peer_mtu: { subject: 'peer', plane: 'peers', doc: 'one datagram of full size to a peer pod, echoed' },
  host_tcp: {
    subject: 'peer',
    plane: 'hosts',
    doc: "TCP to the peer's host address, kubelet's port; a reset counts as alive",
  },
  dns_replica: { subject: 'shared', plane: 'dns', doc: 'an internal and an external name at each DNS pod' },
  dns_service: { subject: 'shared', plane: 'dns', doc: 'the same names through the ClusterIP of the DNS Service' },
  dns_nodelocal: { subject: 'shared', plane: 'dns', doc: 'the same names at the node-local DNS cache' },
  clusterip: { subject: 'shared', plane: 'services', doc: 'GET through our own Service; the reply names the backend' },
  service_canary: {
    subject: 'shared',
    plane: 'services',
    doc: 'GET through a Service whose backends keep changing',
  },
  nodeport: { subject: 'peer', plane: 'services', doc: "GET at a node's NodePort: our own node's and some peers'" },
  loadbalancer: { subject: 'shared', plane: 'services', doc: "GET at the Service's load-balancer address" },
  ingress: { subject: 'shared', plane: 'ingress', doc: 'GET at the ingress address' },
  ingress_replica: { subject: 'shared', plane: 'ingress', doc: 'GET at each ingress controller pod' },
  apiserver_service: { subject: 'shared', plane: 'api', doc: 'TLS and /readyz at the ClusterIP of the API server' },
  apiserver_dns: { subject: 'shared', plane: 'api', doc: 'TLS and /readyz at the API server found by name' },
  apiserver_endpoint: { subject: 'shared', plane: 'api', doc: 'TLS and /readyz at each API server' },
  external: { subject: 'shared', plane: 'external', doc: "the user's own URLs, names and host:port" },
} as const satisfies Record<
  string,
  { readonly subject: 'peer' | 'shared'; readonly plane: Plane; readonly doc: string }
>

export type Plane = 'peers' | 'hosts' | 'dns' | 'services' | 'ingress' | 'api' | 'external'

export type Check = keyof typeof checks

export const checkNames = Object.keys(checks) as readonly Check[]

/** What a finding may cite beside the checks. */
export const otherEvidence = {
  report: "the agent's round arrived",
  pod_ready: "the kubelet's view of the agent's pod",
} as const satisfies Record<string, string>

/** A cell that is a part of a check: which name was asked, or which flow was used. Closed, like the checks. */
export const variants = {
  internal: 'DNS: a name of the cluster',
  external: 'DNS: a name outside the cluster',
  fixed: 'UDP: from a source port that stays the same, which shows faults of single flows',
} as const satisfies Record<string, string>

export type Variant = keyof typeof variants

/** Which part of a check a finding may cite. */
export const citedParts = {
  ...variants,
  one_way: 'UDP: datagrams that the receiver counted, whether or not their echo came back',
} as const satisfies Record<string, string>

export type CitedPart = keyof typeof citedParts

export type IpFamily = 4 | 6
