import { getJson } from '../lab/kubectl.ts'
import { type LabNode, nodeNamed, type Plan } from '../lab/plan.ts'

/** Where packets come from and go to: a pod, or a machine itself. */
export interface Place {
  readonly host: string
  /** Empty outside of the nodes. */
  readonly zone: string
  readonly ip: string
  /** `namespace/name`. */
  readonly pod?: string
  readonly uid?: string
}

/** What is where at the moment before a fault is set. Plain data: it is written down, so that healing knows it too. */
export interface Scene {
  readonly plan: Plan
  readonly agents: readonly Place[]
  readonly dns: readonly Place[]
  readonly ingress: readonly Place[]
  /** Of the agents' Service; 0 without one. */
  readonly nodePort: number
  readonly ingressIp: string
}

interface Pods {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string
      readonly namespace: string
      readonly uid: string
      readonly deletionTimestamp?: string
    }
    readonly spec: { readonly nodeName?: string }
    readonly status: { readonly podIP?: string }
  }[]
}

interface Services {
  readonly items: readonly {
    readonly spec: { readonly ports: readonly { readonly name?: string; readonly nodePort?: number }[] }
    readonly status: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } }
  }[]
}

const ours = (component: string) => `app.kubernetes.io/name=meshprobe,app.kubernetes.io/component=${component}`

export async function lookAround(plan: Plan): Promise<Scene> {
  const [agents, dns, ingress, own, balanced] = await Promise.all([
    podsOf(plan, 'meshprobe', ours('agent')),
    podsOf(plan, 'kube-system', 'k8s-app=kube-dns'),
    podsOf(plan, 'ingress-nginx', 'app.kubernetes.io/component=controller'),
    getJson<Services>('-n', 'meshprobe', 'services', '-l', 'app.kubernetes.io/name=meshprobe'),
    getJson<Services>('-n', 'ingress-nginx', 'services'),
  ])
  const ports = own.items.filter(({ spec }) => spec.ports.some(({ name }) => name === 'probe')).flatMap(nodePortsOf)
  const [ingressIp = ''] = balanced.items.flatMap(({ status }) =>
    (status.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []),
  )
  return { plan, agents, dns, ingress, nodePort: ports[0] ?? 0, ingressIp }
}

/** Where the aggregators are; none when they are switched off. */
export function aggregatorsOf(plan: Plan): Promise<readonly Place[]> {
  return podsOf(plan, 'meshprobe', ours('aggregator'))
}

function nodePortsOf({ spec }: Services['items'][number]): readonly number[] {
  return spec.ports.flatMap(({ name, nodePort }) => (name === 'probe' && nodePort !== undefined ? [nodePort] : []))
}

async function podsOf(plan: Plan, namespace: string, selector: string): Promise<readonly Place[]> {
  const { items } = await getJson<Pods>('-n', namespace, 'pods', '-l', selector)
  return items
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.podIP !== undefined)
    .map(({ metadata, spec, status }) => {
      const { name, zone } = nodeNamed(plan, spec.nodeName ?? '')
      const pod = `${metadata.namespace}/${metadata.name}`
      return { host: name, zone, ip: status.podIP ?? '', pod, uid: metadata.uid }
    })
    .sort((a, b) => a.host.localeCompare(b.host, 'en', { numeric: true }))
}

/** A node itself, as an end of packets. */
export function hostPlace({ name, zone, ips }: LabNode): Place {
  return { host: name, zone, ip: ips[0] ?? '' }
}
