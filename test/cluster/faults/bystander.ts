import { apply, kubectl } from '../lab/kubectl.ts'
import type { LabFault } from './fault.ts'

interface Bystander {
  /** Its namespace, and the name of its Deployment and Service. */
  readonly name: string
  readonly corefile: string
  readonly port: number
  readonly service?: object
  /** Backends that nobody selected. */
  readonly endpoints?: readonly string[]
}

/** A workload of somebody else that is broken in a way that no probe of ours crosses: nothing may be reported. */
export function bystander(parts: Bystander): Pick<LabFault, 'set' | 'heal' | 'reasons' | 'finding'> {
  const { name } = parts
  return {
    async set() {
      await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objectsOf(parts) }))
      await kubectl(['-n', name, 'rollout', 'status', `deployment/${name}`, '--timeout=60s'])
    },
    async heal() {
      await kubectl(['delete', 'namespace', name, '--ignore-not-found', '--wait'])
    },
    reasons: [],
    finding: () => 'none',
  }
}

function objectsOf({ name, corefile, port, service = {}, endpoints = [] }: Bystander): readonly object[] {
  const metadata = { name, namespace: name }
  const labels = { app: name }
  const container = {
    name: 'server',
    image: 'docker.io/lab/coredns:1.14.6',
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
  }
  const pod = { containers: [container], volumes: [{ name: 'config', configMap: { name } }] }
  const selected = endpoints.length === 0 ? { selector: labels } : {}
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...selected, ...service, ports: [{ port }] } },
    ...endpoints.map((ip) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ port }],
      endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    })),
  ]
}
