import { type Scenario, truth } from '../scenario.ts'
import { health, type Weather } from '../weather.ts'

export const dnsReplicaDown: Scenario = {
  name: 'dns_replica_down',
  doc: 'a DNS replica answers no name: its process hangs, or nothing listens there any more',
  plan({ cluster, random }) {
    const replica = random.below(cluster.dns.length)
    const state = random.pick([health.silent, health.refuses])
    const happening = {
      truth: truth('dns_replica_down', cluster.dns[replica]?.name ?? ''),
      breaks: ({ dns }: Weather) => {
        dns[replica] = state
      },
    }
    return { happenings: [happening] }
  },
}

export const dnsAllDown: Scenario = {
  name: 'dns_all_down',
  doc: 'no DNS replica answers any name: that says nothing of the resolver outside, nor of the virtual address',
  plan({ cluster, random }) {
    const state = random.pick([health.silent, health.refuses])
    return {
      happenings: cluster.dns.map(({ name }, replica) => ({
        truth: truth('dns_replica_down', name),
        breaks: ({ dns }: Weather) => {
          dns[replica] = state
        },
      })),
    }
  },
}

export const dnsReplicaExternal: Scenario = {
  name: 'dns_replica_external',
  doc: 'two DNS replicas fail external names and answer internal ones',
  plan({ cluster, random }) {
    const state = random.pick([health.silent, health.errs])
    const replicas = cluster.dns.map((_, replica) => replica)
    // All of them would be the upstream.
    const broken = random.some(replicas, Math.min(2, replicas.length - 1))
    return {
      during: 20,
      happenings: broken.map((replica) => ({
        truth: truth('dns_replica_external', cluster.dns[replica]?.name ?? ''),
        breaks: ({ dnsExternal }) => {
          dnsExternal[replica] = state
        },
      })),
    }
  },
}

export const dnsUpstream: Scenario = {
  name: 'dns_upstream',
  doc: 'the resolver outside does not answer, or with errors: external names fail at every replica',
  plan({ random }) {
    const state = random.pick([health.silent, health.errs])
    return {
      happenings: [
        {
          truth: truth('dns_upstream', 'cluster'),
          breaks: (weather) => {
            weather.dnsUpstream = state
          },
        },
      ],
    }
  },
}

export const dnsService: Scenario = {
  name: 'dns_service',
  doc: 'the virtual address of the cluster DNS is dead; its pods answer',
  plan: () => ({
    happenings: [
      {
        truth: truth('dns_service', 'kube-system/kube-dns'),
        breaks: ({ deadAddress }) => {
          deadAddress.dns = true
        },
      },
    ],
  }),
}
