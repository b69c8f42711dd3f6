import { apply, kubectl } from '../lab/kubectl.ts'
import type { LabFault, Loss } from './fault.ts'

/** One more backend of the agents' Service, as a controller with a bug leaves it. Set and healed through the API. */
export function extraEndpoint(name: string, ip: string, port: number): Pick<LabFault, 'set' | 'heal' | 'fails'> {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace: 'meshprobe',
      labels: {
        'kubernetes.io/service-name': 'meshprobe',
        'endpointslice.kubernetes.io/managed-by': 'lab.meshprobe.invalid',
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'probe', port, protocol: 'TCP' }],
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
  }
  return {
    async set() {
      await apply(JSON.stringify(slice))
    },
    async heal() {
      await kubectl(['-n', 'meshprobe', 'delete', 'endpointslice', name, '--ignore-not-found'])
    },
    fails: ({ check }): Loss => (leadToBackends.has(check) ? 'some' : 'none'),
  }
}

const leadToBackends: ReadonlySet<string> = new Set(['clusterip', 'nodeport', 'ingress', 'ingress_replica'])
