import { duration, type Field, port, text, type ValuesOf } from '../config/fields.ts'

const account = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Where in the cluster to look. What is empty is not asked for. */
export const kubernetesFields = {
  namespace: text('', 'namespace of the agents; empty reads it from beside the token'),
  peersService: text('meshprobe-peers', 'headless Service whose endpoints are the agents'),
  service: text('meshprobe', 'Service of the agents with a ClusterIP, and a NodePort if it has one; empty: none'),
  loadbalancerService: text('', 'Service of the agents that has a load balancer; empty: that of `service`'),
  canaryService: text('', 'Service whose backends keep changing; empty: none'),
  dnsNamespace: text('kube-system', 'namespace of the cluster DNS; empty: no replicas'),
  dnsService: text('kube-dns', 'Service of the cluster DNS; empty: no replicas'),
  dnsServiceIp: text('', 'ClusterIP of the cluster DNS; empty reads it from /etc/resolv.conf'),
  ingressNamespace: text('', 'namespace of the ingress controller; empty: no replicas'),
  ingressService: text('', 'Service of the ingress controller; empty: no replicas'),
  ingressName: text('', 'Ingress in front of the agents; empty: none'),
  hostPort: port(10_250, 'where something on every node answers TCP: the kubelet'),
  serverHost: text('', 'API server; empty reads KUBERNETES_SERVICE_HOST'),
  serverPort: port(0, 'port of the API server; 0 reads KUBERNETES_SERVICE_PORT'),
  tokenFile: text(`${account}/token`, 'token for the API server; read again for every poll, so it may rotate'),
  caFile: text(`${account}/ca.crt`, "who signs the API server's certificate"),
  timeout: duration('15s', { min: '100ms', max: '2m' }, 'how long one answer of the API server may take'),
  startDelay: duration('5s', { min: '0ms', max: '10m' }, 'agents that start together ask at random within this time'),
  interval: automatic(
    duration('30s', { min: '5s', max: '1h' }, 'time between lists; auto: 30 s, longer above 300 nodes'),
  ),
}

export type KubernetesValues = ValuesOf<typeof kubernetesFields>

function automatic<T>(field: Field<T>): Field<T | 'auto'> {
  return {
    ...field,
    fallback: 'auto',
    written: 'auto',
    expects: `auto, or ${field.expects}`,
    schema: { anyOf: [{ const: 'auto' }, field.schema] },
    parse: (raw) => (raw === 'auto' ? raw : field.parse(raw)),
  }
}
