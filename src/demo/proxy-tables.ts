import type { FaultTable } from './fault-table.ts'
import { agents, apiServers, dnsReplicas, hosts, ingressReplicas, type Place, type Service } from './topology.ts'

/** Where a Service's connections go: a pod, or undefined for one that is gone. */
export type Backend = Place | undefined

export interface ProxyTables {
  /** Who is behind a Service, as kube-proxy on this node believes. */
  backends(node: string, service: Service): readonly Backend[]
  setCanary(nodes: readonly string[]): void
  close(): void
}

type Lists = Readonly<Record<Service['over'], readonly Backend[]>>

/**
 * kube-proxy's tables, one a node. When it stops on a node, the table there stays as it is, and by our script half of
 * the backends are replaced just then: what is stale shows at once instead of at the next rollout.
 */
export function createProxyTables(faults: FaultTable): ProxyTables {
  const stale = new Map<string, Lists>()
  let lists: Lists = {
    agent: agents,
    canary: [],
    dns: dnsReplicas,
    ingress: ingressReplicas,
    apiserver: apiServers,
    host: hosts,
  }

  function follow(): void {
    for (const { name } of agents) {
      if (!faults.isProxyStopped(name)) stale.delete(name)
      else if (!stale.has(name)) stale.set(name, halfGone(lists))
    }
  }

  const unfollow = faults.onChange(follow)
  return {
    backends: (node, { over }) => (stale.get(node) ?? lists)[over],
    setCanary(nodes) {
      lists = { ...lists, canary: agents.filter(({ name }) => nodes.includes(name)) }
    },
    close: unfollow,
  }
}

/** Load balancers and ingress addresses are outside of the node: its kube-proxy has no part in them. */
function halfGone(lists: Lists): Lists {
  const replaced = (list: readonly Backend[]) => list.map((backend, i) => (i % 2 === 0 ? undefined : backend))
  return {
    ...lists,
    agent: replaced(lists.agent),
    canary: replaced(lists.canary),
    dns: replaced(lists.dns),
    apiserver: replaced(lists.apiserver),
  }
}
