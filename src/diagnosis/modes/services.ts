import { kind } from '../kinds.ts'
import { role } from '../roles.ts'
import { anyhow, type Mode, silent } from './mode.ts'

const virtual: readonly number[] = [
  kind.dnsServiceInternal,
  kind.dnsServiceExternal,
  kind.clusterIp,
  kind.canary,
  kind.apiService,
  kind.apiDns,
]

/** Virtual addresses fail from this node only: its rules are missing or old. */
export const kubeProxy: Mode = {
  fault: 'kube_proxy',
  suspect: 'node',
  fails: (known, at, severity) => {
    if (at === role.from) return virtual.includes(known) ? severity : 0
    return at === role.to && known === kind.nodePort ? severity : 0
  },
  profile: () => [0.6, 0.3, 0.1],
  patience: 'quick',
  faintest: 0.3,
}

/** One Service has no rules on this node: its ClusterIP fails from here, and its NodePort here. */
export const kubeProxyOfService: Mode = {
  ...kubeProxy,
  ownAtLeast: 1,
  fails: (known, at, severity) => {
    if (at === role.from) return known === kind.clusterIp ? severity : 0
    return at === role.to && known === kind.nodePort ? severity : 0
  },
}

/** NodePorts of this node only. */
export const nodePortBlocked: Mode = {
  fault: 'nodeport_blocked',
  suspect: 'node',
  fails: (known, at, severity) => (known === kind.nodePort && at === role.to ? severity : 0),
  profile: () => [0.7, 0.29, 0.01],
  patience: 'careful',
  faintest: 0.3,
  contrast: { fails: kind.nodePort, passes: kind.clusterIp },
}

/** NodePorts of all nodes: a firewall before them. */
export const nodePortsBlocked: Mode = {
  ...nodePortBlocked,
  suspect: 'cluster',
  fails: (known, at, severity) => (known === kind.nodePort && at === role.all ? severity : 0),
  everywhere: kind.nodePort,
  faintest: 0.7,
}

/** The address of the API servers fails from every node; they answer those who ask them directly. */
export const apiService: Mode = {
  fault: 'service_stale',
  suspect: 'target',
  fails: (known, at, severity) => (known === kind.apiService && at === role.at ? severity : 0),
  profile: anyhow,
  patience: 'quick',
  only: ['apiserver_service'],
  contrast: { fails: kind.apiService, passes: kind.apiEndpoint },
  faintest: 0.15,
}

/** A fraction of the connections of a Service fails from every node: one of its endpoints is dead. */
export const serviceStale: Mode = {
  fault: 'service_stale',
  suspect: 'target',
  fails: (known, at, severity) => {
    if (known === kind.clusterIp && at === role.at) return severity
    // Who hands requests on may know better than to send them to a dead endpoint.
    return at === role.behind ? 0.6 * severity : 0
  },
  profile: anyhow,
  patience: 'quick',
  only: ['clusterip'],
}

/** DNS fails through its virtual address only; the replicas behind it answer. */
export const dnsService: Mode = {
  fault: 'dns_service',
  suspect: 'target',
  fails: (known, at, severity) =>
    at === role.at && (known === kind.dnsServiceInternal || known === kind.dnsServiceExternal) ? severity : 0,
  profile: silent,
  patience: 'quick',
  faintest: 0.1,
  only: ['dns_service'],
}
