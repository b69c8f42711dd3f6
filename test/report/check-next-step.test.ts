import t from 'tap'

import type { Plane } from '../../src/model/check.ts'
import { nextStepFor } from '../../src/report/check-next-step.ts'
import { rowsFrom } from '../support/check-rows.ts'

interface Case {
  readonly name: string
  readonly path: Plane
  readonly rows: string
  readonly says: RegExp
}

const cases: readonly Case[] = [
  {
    name: 'out of sockets, whatever the path',
    path: 'external',
    rows: 'external https://a no_local_resources',
    says: /^this machine itself ran out of sockets.*`ulimit -n`/,
  },
  {
    name: 'another mesh key',
    path: 'peers',
    rows: `peer_tcp node-1
           peer_http node-1 bad_reply
           peer_udp node-1 bad_reply`,
    says: /mesh key: compare the files of keys\.files/,
  },
  { name: 'a reused address', path: 'peers', rows: 'peer_http node-1 wrong_peer', says: /spec\.nodeName=node-1/ },
  {
    name: 'only large packets',
    path: 'peers',
    rows: `peer_http node-1
           peer_mtu node-1 timeout`,
    says: /^only large packets are lost: .*on node-1 with the MTU/,
  },
  {
    name: 'only UDP',
    path: 'peers',
    rows: `peer_tcp node-1
           peer_udp node-1 timeout`,
    says: /^only UDP is lost: .*NetworkPolicy/,
  },
  {
    name: 'no peer at all',
    path: 'peers',
    rows: `peer_http node-1 timeout
           peer_tcp node-1 timeout
           peer_tcp node-2 timeout`,
    says: /^no peer answers, so look at this side first/,
  },
  {
    name: 'the kernel answers, the agent does not',
    path: 'peers',
    rows: `peer_tcp node-1
           peer_http node-1 timeout`,
    says: /^the kernel answers and the agent does not/,
  },
  {
    name: 'one node',
    path: 'peers',
    rows: `peer_tcp node-1
           peer_tcp node-2 timeout
           peer_http node-2 timeout`,
    says: /^`kubectl describe node node-2`, then its CNI pod/,
  },
  { name: 'every host', path: 'hosts', rows: 'host_tcp node-1 timeout', says: /^no node address answers/ },
  {
    name: 'one host',
    path: 'hosts',
    rows: `host_tcp node-1
           host_tcp node-2 timeout`,
    says: /`kubectl describe node node-2`/,
  },
  {
    name: 'upstream of DNS',
    path: 'dns',
    rows: `dns_replica/internal kube-system/dns-1
           dns_replica/external kube-system/dns-1 name_server_failed
           dns_service/external kube-system/kube-dns timeout`,
    says: /^external names fail everywhere: .*configmap coredns/,
  },
  {
    name: 'one replica, external names only',
    path: 'dns',
    rows: `dns_replica/external kube-system/dns-1
           dns_replica/internal kube-system/dns-2
           dns_replica/external kube-system/dns-2 name_server_failed`,
    says: /^only external names fail: `kubectl -n kube-system logs dns-2`$/,
  },
  {
    name: 'the ClusterIP of DNS',
    path: 'dns',
    rows: `dns_replica/internal kube-system/dns-1
           dns_service/internal kube-system/kube-dns timeout`,
    says: /^the replicas answer and their ClusterIP does not: .*kube-proxy/,
  },
  {
    name: 'the cache on the node',
    path: 'dns',
    rows: `dns_replica/internal kube-system/dns-1
           dns_nodelocal/internal kube-system/node-local-dns timeout`,
    says: /node-local-dns -o wide`$/,
  },
  {
    name: 'no DNS at all',
    path: 'dns',
    rows: `dns_replica/internal kube-system/dns-1 timeout
           dns_service/internal kube-system/kube-dns timeout`,
    says: /^no name server answers: .*k8s-app=kube-dns/,
  },
  {
    name: 'one replica',
    path: 'dns',
    rows: `dns_replica/internal kube-system/dns-1
           dns_replica/internal kube-system/dns-2 timeout
           dns_service/internal kube-system/kube-dns`,
    says: /^`kubectl -n kube-system logs dns-2`$/,
  },
  {
    name: 'a server that is no pod',
    path: 'dns',
    rows: `dns_replica/internal dns-1
           dns_replica/internal dns-2 timeout`,
    says: /^look at the log of dns-2$/,
  },
  {
    name: 'a resolver outside',
    path: 'dns',
    rows: 'dns_service/external 192.0.2.53 timeout',
    says: /^look at the resolver 192\.0\.2\.53, /,
  },
  {
    name: 'stale rules',
    path: 'services',
    rows: `clusterip ns/meshprobe
           service_canary ns/canary wrong_peer`,
    says: /kube-proxy on this node is stale/,
  },
  {
    name: 'NodePorts',
    path: 'services',
    rows: `clusterip ns/meshprobe
           nodeport node-1 timeout`,
    says: /^only NodePorts fail: .*before node-1/,
  },
  {
    name: 'the load balancer',
    path: 'services',
    rows: `clusterip ns/meshprobe
           loadbalancer ns/meshprobe timeout`,
    says: /`kubectl -n ns describe service meshprobe`/,
  },
  {
    name: 'a ClusterIP',
    path: 'services',
    rows: 'clusterip ns/meshprobe timeout',
    says: /`kubectl -n ns get endpointslices -l kubernetes\.io\/service-name=meshprobe`/,
  },
  {
    name: 'a Service without a namespace',
    path: 'services',
    rows: 'clusterip meshprobe timeout',
    says: /`kubectl get endpointslices -l kubernetes\.io\/service-name=meshprobe`/,
  },
  { name: 'a certificate of the API', path: 'api', rows: 'apiserver_endpoint a tls_failed', says: /CA file in use/ },
  {
    name: 'the name of the API',
    path: 'api',
    rows: `apiserver_endpoint a
           apiserver_service kubernetes
           apiserver_dns kubernetes name_not_found`,
    says: /^only its name fails: look at DNS/,
  },
  {
    name: 'the ClusterIP of the API',
    path: 'api',
    rows: `apiserver_endpoint a
           apiserver_service kubernetes timeout`,
    says: /their ClusterIP does not: look at kube-proxy/,
  },
  { name: 'no API server', path: 'api', rows: 'apiserver_endpoint a timeout', says: /`kubectl cluster-info`/ },
  {
    name: 'one API server',
    path: 'api',
    rows: `apiserver_endpoint a
           apiserver_endpoint b bad_status`,
    says: /readyz\?verbose'`, then the log of the API server b$/,
  },
  {
    name: 'the address of the ingress',
    path: 'ingress',
    rows: `ingress ns/agents timeout
           ingress_replica ns/controller-1`,
    says: /^the controllers answer and their address does not/,
  },
  { name: 'the rule', path: 'ingress', rows: 'ingress ns/agents bad_status', says: /does not lead to the agents/ },
  {
    name: 'one controller',
    path: 'ingress',
    rows: `ingress ns/agents
           ingress_replica ns/controller-1 timeout`,
    says: /^`kubectl -n ns logs controller-1`$/,
  },
  {
    name: 'all of the ingress',
    path: 'ingress',
    rows: `ingress ns/agents timeout
           ingress_replica ns/controller-1 timeout`,
    says: /^look at the controllers/,
  },
  {
    name: 'external name',
    path: 'external',
    rows: 'external https://a name_not_found',
    says: /^names cannot be resolved/,
  },
  {
    name: 'external certificate',
    path: 'external',
    rows: 'external https://a tls_failed',
    says: /^the certificate of https:\/\/a/,
  },
  { name: 'external', path: 'external', rows: 'external https://a timeout', says: /^try https:\/\/a with `curl -v`/ },
]

for (const { name, path, rows, says } of cases) {
  t.test(`the next step for ${name}`, async (t) => {
    t.match(nextStepFor(path, rowsFrom(rows)), says)
  })
}

t.test('there is no next step when everything answers', async (t) => {
  t.equal(nextStepFor('peers', rowsFrom('peer_tcp node-1')), undefined)
})
