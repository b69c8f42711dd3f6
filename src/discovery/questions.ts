import type { ReadVerb } from '../kubernetes/api-client.ts'
import { canaryAfter, turns } from './canary.ts'
import type { Facts } from './facts.ts'
import { intervalFor } from './interval.ts'
import type { KubernetesValues } from './kubernetes-fields.ts'
import { peersOf } from './peers.ts'
import { replicasOf } from './replicas.ts'
import { serviceAt } from './service-address.ts'
import { frontOfIngress, frontOfService, noFront } from './service-objects.ts'
import { endpointsOf } from './slices.ts'

/** With the jitter of the polls, and what one takes. */
const lookedAgainMs = (intervalMs: number) => intervalMs * 1.2 + 5000

/** Every resource the agent may read. Its Role has these lines and no others. */
export const resources = {
  endpointslices: 'discovery.k8s.io/v1',
  services: 'v1',
  ingresses: 'networking.k8s.io/v1',
} as const satisfies Record<string, string>

export interface Question {
  /** What stays unknown without an answer, for the log. */
  readonly subject: string
  readonly verb: ReadVerb
  readonly resource: keyof typeof resources
  readonly namespace: string
  /** Of the object; when slices are listed, of their Service. */
  readonly name: string
  /** What the objects teach: those of a list, the one that was asked for, or none when it does not exist. */
  learn(objects: readonly unknown[], known: Facts, wallMs: number): Partial<Facts>
}

/** What to ask in one poll, in this order; `namespace` is that of the agents. */
export function questionsOf(values: KubernetesValues, namespace: string): readonly Question[] {
  return [...inOurNamespace(values, namespace), ...elsewhere(values)].filter(
    (question) => question.namespace !== '' && question.name !== '',
  )
}

function inOurNamespace(values: KubernetesValues, namespace: string): readonly Question[] {
  const { peersService, service, loadbalancerService, canaryService, ingressName, hostPort } = values
  const slicesOf = slicesIn(namespace)
  const serviceOf = (name: string) => ({ verb: 'get', resource: 'services', namespace, name }) as const
  return [
    {
      subject: 'peers',
      ...slicesOf(peersService),
      learn(slices, known) {
        const peers = peersOf(endpointsOf(slices, ['probe']), hostPort, known.peers)
        // We are running, so a list without anybody is wrong, whatever its status.
        return peers.length === 0 ? {} : { peers }
      },
    },
    {
      subject: 'our ClusterIP and NodePort',
      ...serviceOf(service),
      learn([object]) {
        const own = object === undefined ? noFront : frontOfService(object)
        return loadbalancerService === '' ? { own, balanced: own } : { own }
      },
    },
    {
      subject: 'our load balancer',
      ...serviceOf(loadbalancerService),
      learn: ([object]) => ({ balanced: object === undefined ? noFront : frontOfService(object) }),
    },
    {
      subject: 'the ClusterIP of the canary',
      ...serviceOf(canaryService),
      learn: ([object]) => ({ canaryFront: object === undefined ? noFront : frontOfService(object) }),
    },
    {
      subject: 'the backends of the canary',
      ...slicesOf(canaryService),
      learn(slices, { canary: known, peers }, wallMs) {
        const canary = canaryAfter(known, slices, { wallMs, againMs: lookedAgainMs(intervalFor(peers.length)) })
        return { canary, canaryTurns: turns(canary, wallMs) }
      },
    },
    {
      subject: 'the address of the ingress',
      ...{ verb: 'get', resource: 'ingresses', namespace, name: ingressName },
      learn: ([object]) => ({ ingress: object === undefined ? noFront : frontOfIngress(object) }),
    },
  ]
}

function elsewhere({
  dnsNamespace,
  dnsService,
  ingressNamespace,
  ingressService,
}: KubernetesValues): readonly Question[] {
  return [
    {
      subject: 'DNS replicas',
      ...slicesIn(dnsNamespace)(dnsService),
      learn: (slices, { dnsReplicas }) => ({
        dnsReplicas: replicasOf(endpointsOf(slices, ['dns', 'dns-udp', 'dns-default']), dnsReplicas),
      }),
    },
    {
      subject: 'API servers',
      ...{ verb: 'get', resource: 'endpointslices', namespace: 'default', name: 'kubernetes' },
      learn: (slices) => ({
        apiEndpoints: endpointsOf(slices, ['https']).map(({ ip, port }) => serviceAt('kubernetes', ip, port)),
      }),
    },
    {
      subject: 'ingress controllers',
      ...slicesIn(ingressNamespace)(ingressService),
      learn: (slices, { ingress, ingressReplicas }) => ({
        ingressReplicas: replicasOf(endpointsOf(slices, [ingress.tls ? 'https' : 'http']), ingressReplicas),
      }),
    },
  ]
}

function slicesIn(namespace: string) {
  return (name: string) => ({ verb: 'list', resource: 'endpointslices', namespace, name }) as const
}
