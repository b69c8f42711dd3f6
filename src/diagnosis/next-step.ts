import type { Fault } from '../model/fault.ts'

/** What to do first. The runbook says more. */
export const nextSteps: Readonly<Record<Fault, string>> = {
  node_down: 'Check power, kernel and network card of the node; cordon it and move its workloads.',
  node_loss: 'Read the error counters of its network card and its switch port.',
  pod_network_cut: 'Look at the CNI pod and its interfaces on this node; restart the CNI pod.',
  pod_network_in: 'Look for firewall rules, routes or tunnels of the CNI that drop what comes in on this node.',
  pod_network_out: 'Look for firewall rules, routes or tunnels of the CNI that drop what leaves this node.',
  agent_down: "Read the logs of meshprobe's pod on this node; workloads are not affected.",
  agent_slow: "Look at CPU pressure on this node and at the limits of meshprobe's pod.",
  kube_proxy: 'Read the logs of kube-proxy (or what stands in for it) on this node and restart it.',
  nodeport_blocked:
    'Look for a firewall or security group that blocks the NodePort range on this node, or before all of them.',
  mtu: 'Compare the MTU of interfaces, tunnels and the network between; send ping -M do -s with full size.',
  zone_cut: 'Look at routing and firewalls between the two zones.',
  zone_one_way: 'Look for a one-sided route, firewall or security group between the two zones.',
  zone_isolated: 'Look at the uplinks and routing of this zone.',
  zone_loss: 'Read error and drop counters of the links between the zones.',
  dns_replica_down: 'Read the logs of this DNS pod and delete it.',
  dns_replica_external: "Compare this pod's upstream servers and its node's way out with those of the others.",
  dns_upstream: 'Check the upstream servers in the Corefile and the way to them.',
  dns_service: 'Compare the endpoints of the DNS Service with its pods, and look at kube-proxy.',
  ingress_replica: 'Read the logs of this ingress controller and delete the pod.',
  ingress_address: 'Look at the load balancer or virtual address in front of the ingress controllers.',
  ingress_down: 'Read the logs of the ingress controllers; look at their last change of configuration.',
  apiserver_endpoint: 'Look at this API server and at its etcd.',
  apiserver_down: 'Look at the API servers, their load balancer and etcd.',
  service_stale:
    'Compare the EndpointSlices of the Service with what is really there; when all fails, look for its address in the rules of a node.',
  latency: 'Look for saturated links, throttled CPUs or a changed route.',
  link: 'Trace this path: one flow, one tunnel or one rule is broken.',
  fabric_loss: 'Look for one bad link or switch among equal paths.',
  partition: 'Look at the network between the aggregator and the agents; no node is accused meanwhile.',
}
