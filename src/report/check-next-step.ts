import type { Plane } from '../model/check.ts'
import type { CheckRow } from './check-report.ts'
import { type Sight, sightOf } from './check-sight.ts'

/** A pattern of failures on one path, and what to look at then. */
interface Pattern {
  readonly when: (seen: Sight) => boolean
  readonly say: (seen: Sight) => string
}

/** What to look at next, in an operator's words; undefined when nothing failed. */
export function nextStepFor(path: Plane, rows: readonly CheckRow[]): string | undefined {
  const seen = sightOf(rows)
  if (!seen.failing) return undefined
  return [ourselves, ...patterns[path]].find(({ when }) => when(seen))?.say(seen)
}

const always = () => true

const kubeProxy = '`kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide`'

const ourselves: Pattern = {
  when: ({ because }) => because('no_local_resources'),
  say: () => 'this machine itself ran out of sockets or buffers: look at `ulimit -n` and `ss -s` here first',
}

const peers: readonly Pattern[] = [
  {
    when: ({ because }) => because('bad_reply'),
    say: () => 'agents do not accept our mesh key: compare the files of keys.files with the Secret of the agents',
  },
  {
    when: ({ because }) => because('wrong_peer'),
    say: ({ first }) => `other pods answer at known addresses: compare the peer list with ${podsOn(first)}`,
  },
  {
    when: ({ only }) => only('peer_mtu'),
    say: ({ first }) => `only large packets are lost: compare \`ip link\` here and on ${first} with the MTU of the CNI`,
  },
  {
    when: ({ only }) => only('peer_udp'),
    say: () => 'only UDP is lost: look for a NetworkPolicy or firewall that lets nothing but TCP through to the agents',
  },
  {
    when: ({ everything }) => everything,
    say: () => 'no peer answers, so look at this side first: the CNI pod of this node, then NetworkPolicies',
  },
  {
    when: ({ fine }) => fine('peer_tcp'),
    say: ({ first }) =>
      `the kernel answers and the agent does not: look at its log and its CPU limit; ${podsOn(first)}`,
  },
  { when: always, say: ({ first }) => `\`kubectl describe node ${first}\`, then its CNI pod: ${podsOn(first)}` },
]

const hosts: readonly Pattern[] = [
  {
    when: ({ everything }) => everything,
    say: () => "no node address answers: look for a firewall or NetworkPolicy against the kubelet's port",
  },
  { when: always, say: ({ first }) => `the node itself does not answer: \`kubectl describe node ${first}\`` },
]

const dns: readonly Pattern[] = [
  {
    when: ({ first }) => /^[\d.]+$|:/.test(first),
    say: ({ first }) =>
      `look at the resolver ${first}, which /etc/resolv.conf names here, and at the firewall before it`,
  },
  {
    when: ({ externalOnly, externalEverywhere }) => externalOnly && externalEverywhere,
    say: () =>
      'external names fail everywhere: look at `forward` in `kubectl -n kube-system get configmap coredns -o yaml`, ' +
      'then at the resolvers it names',
  },
  {
    when: ({ only, fine }) => only('dns_service') && fine('dns_replica'),
    say: () => `the replicas answer and their ClusterIP does not: look at kube-proxy on this node; ${kubeProxy}`,
  },
  {
    when: ({ only }) => only('dns_nodelocal'),
    say: () => 'look at the cache on this node: `kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide`',
  },
  {
    when: ({ everything }) => everything,
    say: () =>
      'no name server answers: `kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide`, then NetworkPolicies',
  },
  { when: ({ externalOnly }) => externalOnly, say: ({ first }) => `only external names fail: ${logsOf(first)}` },
  { when: always, say: ({ first }) => logsOf(first) },
]

const services: readonly Pattern[] = [
  {
    when: ({ because }) => because('wrong_peer'),
    say: () => `backends answer that are none any more: kube-proxy on this node is stale; ${kubeProxy}`,
  },
  {
    when: ({ only }) => only('nodeport'),
    say: ({ first }) =>
      `only NodePorts fail: look for a firewall before ${first}, then at kube-proxy there; ${kubeProxy}`,
  },
  {
    when: ({ only }) => only('loadbalancer'),
    say: ({ first }) =>
      `only the load balancer fails: \`kubectl ${inNamespace(first, 'describe service')}\` shows its events`,
  },
  {
    when: always,
    say: ({ first }) =>
      `does it have endpoints? \`kubectl ${slicesOf(first)}\`; if so, look at kube-proxy here: ${kubeProxy}`,
  },
]

const api: readonly Pattern[] = [
  {
    when: ({ because }) => because('tls_failed'),
    say: () => 'the certificate is not trusted: compare the CA file in use with the one of the kubeconfig or the pod',
  },
  {
    when: ({ fine, only }) => fine('apiserver_endpoint') && only('apiserver_dns'),
    say: () => 'only its name fails: look at DNS above, `kubectl -n default get service kubernetes`',
  },
  {
    when: ({ fine }) => fine('apiserver_endpoint'),
    say: () => `the API servers answer and their ClusterIP does not: look at kube-proxy on this node; ${kubeProxy}`,
  },
  {
    when: ({ everything, because }) => everything && because('timeout', 'unreachable', 'refused'),
    say: () => 'no API server answers: `kubectl cluster-info`, then the firewall or VPN between here and there',
  },
  {
    when: always,
    say: ({ first }) => `\`kubectl get --raw '/readyz?verbose'\`, then the log of the API server ${first}`,
  },
]

const ingress: readonly Pattern[] = [
  {
    when: ({ only, fine }) => only('ingress') && fine('ingress_replica'),
    say: () => 'the controllers answer and their address does not: `kubectl get services,ingresses -A -o wide`',
  },
  {
    when: ({ because }) => because('bad_status', 'bad_reply'),
    say: () =>
      'the ingress answers and does not lead to the agents: compare checks.ingress with `kubectl describe ingress -A`',
  },
  { when: ({ only }) => only('ingress_replica'), say: ({ first }) => logsOf(first) },
  { when: always, say: () => 'look at the controllers: `kubectl get pods -A -o wide | grep -i ingress`' },
]

const external: readonly Pattern[] = [
  {
    when: ({ because }) => because('name_not_found', 'name_server_failed'),
    say: () => 'names cannot be resolved: look at DNS above, then `nslookup` here',
  },
  {
    when: ({ because }) => because('tls_failed'),
    say: ({ first }) => `the certificate of ${first} is not trusted: has it expired, or does a proxy replace it?`,
  },
  {
    when: always,
    say: ({ first }) => `try ${first} with \`curl -v\` here, then look at egress NetworkPolicies and proxies`,
  },
]

const patterns: Readonly<Record<Plane, readonly Pattern[]>> = { peers, hosts, dns, services, api, ingress, external }

function podsOn(node: string): string {
  return `\`kubectl get pods -A -o wide --field-selector spec.nodeName=${node}\``
}

/** `namespace/pod`, as findings call it; anything else is no pod of the cluster. */
function logsOf(name: string): string {
  return name.includes('/') ? `\`kubectl ${inNamespace(name, 'logs')}\`` : `look at the log of ${name}`
}

function slicesOf(service: string): string {
  return inNamespace(service, 'get endpointslices -l', 'kubernetes.io/service-name=')
}

function inNamespace(name: string, verb: string, prefix = ''): string {
  const [namespace = '', own] = name.split('/')
  return own === undefined ? `${verb} ${prefix}${name}` : `-n ${namespace} ${verb} ${prefix}${own}`
}
