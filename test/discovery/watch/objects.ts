import type { KubeObject } from './small-cluster.ts'

export interface PodOptions {
  readonly uid?: string
  readonly name?: string
  readonly ips?: readonly string[]
  readonly ready?: boolean
  readonly created?: string
  readonly deleted?: string
  readonly phase?: string
  /** Of the port called `metrics`; 0: no such port. */
  readonly port?: number
}

export function node(name: string, zone = 'zone-a', more: { readonly cordoned?: boolean; readonly ip?: string } = {}) {
  const { cordoned = false, ip = '' } = more
  return {
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, ...(zone && { 'topology.kubernetes.io/zone': zone }) },
    },
    spec: { podCIDR: '10.42.0.0/24', ...(cordoned && { unschedulable: true }) },
    status: {
      addresses: [...(ip === '' ? [] : [{ type: 'InternalIP', address: ip }]), { type: 'Hostname', address: name }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  } satisfies KubeObject
}

export function pod(nodeName: string, options: PodOptions = {}): KubeObject {
  const {
    uid = `uid-${nodeName}`,
    name = `agent-${nodeName}`,
    ips = ['10.42.0.9'],
    ready = true,
    port = 8085,
  } = options
  const { created = '2026-10-02T08:11:43Z', deleted, phase = 'Running' } = options
  const ports = port === 0 ? [] : [{ name: 'metrics', containerPort: port, protocol: 'TCP' }]
  return {
    metadata: { name, uid, creationTimestamp: created, ...(deleted !== undefined && { deletionTimestamp: deleted }) },
    spec: {
      nodeName,
      containers: [{ name: 'sidecar' }, { name: 'agent', ports: [{ name: 'probe', containerPort: 1 }, ...ports] }],
    },
    status: {
      phase,
      podIP: ips[0],
      podIPs: ips.map((ip) => ({ ip })),
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready ? 'True' : 'False' },
      ],
    },
  }
}

/** An EndpointSlice; the `pod` behind an endpoint is written `namespace/name`. */
export function slice(name: string, endpoints: readonly SliceRow[], portName = 'dns', port = 53): KubeObject {
  return {
    metadata: { name },
    addressType: 'IPv4',
    ports: [{ name: portName, port, protocol: 'TCP' }],
    endpoints: endpoints.map(({ ip, node, zone, pod = '', uid = `uid-${pod}`, ready = true }) => {
      const [namespace, podName] = pod.split('/')
      return {
        addresses: [ip],
        conditions: { ready, serving: ready, terminating: false },
        ...(node !== undefined && { nodeName: node }),
        ...(zone !== undefined && { zone }),
        ...(pod !== '' && { targetRef: { kind: 'Pod', namespace, name: podName, uid } }),
      }
    }),
  }
}

export interface SliceRow {
  readonly ip: string
  readonly node?: string
  readonly zone?: string
  readonly pod?: string
  readonly uid?: string
  readonly ready?: boolean
}
