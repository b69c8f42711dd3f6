import { type Scenario, truth } from '../scenario.ts'
import { type Service, services, type Weather } from '../weather.ts'

interface Broken {
  readonly name: string
  readonly doc: string
  readonly services: readonly Service[]
  readonly share: number
  readonly nodes?: number
}

/** Virtual addresses fail from one node, and NodePorts on it. */
function kubeProxy({ name, doc, services: broken, share, nodes = 1 }: Broken): Scenario {
  return {
    name,
    doc,
    plan: ({ cluster, random, plainNodes }) => ({
      during: share < 1 ? 20 : 14,
      happenings: random.some(plainNodes, nodes).map((node) => ({
        truth: truth('kube_proxy', cluster.nodes[node] ?? '', { gray: share < 1 }),
        breaks: (weather: Weather, since: number) => {
          for (const service of broken) weather.proxy[service][node] = share
          weather.staleProxy[node] = since
        },
      })),
    }),
  }
}

export const kubeProxyDown = kubeProxy({
  name: 'kube_proxy_down',
  doc: 'no virtual address answers from one node',
  services,
  share: 1,
})

export const kubeProxyStale = kubeProxy({
  name: 'kube_proxy_stale',
  doc: 'the kube-proxy of a node hangs, and half of the backends that it knows are gone',
  services: ['dns', 'clusterip', 'canary', 'ingress'],
  share: 0.5,
})

export const kubeProxyOneService = kubeProxy({
  name: 'kube_proxy_one_service',
  doc: 'one Service does not answer from one node, and its NodePort on that node neither',
  services: ['clusterip'],
  share: 1,
})

export const staleConntrack = kubeProxy({
  name: 'stale_conntrack',
  doc: 'on two nodes old entries send half of the queries to the DNS address to a pod that is gone',
  services: ['dns'],
  share: 0.5,
  nodes: 2,
})

export const nodePortsBlocked: Scenario = {
  name: 'nodeports_blocked',
  doc: 'a firewall before the nodes drops what comes to any NodePort',
  plan: () => ({
    happenings: [
      {
        truth: truth('nodeport_blocked', 'cluster'),
        breaks: ({ nodePort }) => void nodePort.fill(1),
      },
    ],
  }),
}

export const nodePortBlocked: Scenario = {
  name: 'nodeport_blocked',
  doc: 'a firewall on a node drops what comes to NodePorts',
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    return {
      happenings: [
        {
          truth: truth('nodeport_blocked', cluster.nodes[node] ?? ''),
          breaks({ nodePort }) {
            nodePort[node] = 1
          },
        },
      ],
    }
  },
}
