import { type Scenario, truth } from '../scenario.ts'
import { health, type Weather } from '../weather.ts'

const ownService = 'meshprobe/meshprobe'

export const serviceStale: Scenario = {
  name: 'service_stale',
  doc: 'one of five backends of a Service does not exist, from every node',
  plan: () => ({
    during: 20,
    happenings: [
      {
        truth: truth('service_stale', ownService, { gray: true }),
        breaks({ deadBackend }) {
          deadBackend.clusterip = 0.2
        },
      },
    ],
  }),
}

export const apiserverAddress: Scenario = {
  name: 'apiserver_address',
  doc: 'the virtual address of the API servers is dead; they answer who asks them directly',
  plan: () => ({
    happenings: [
      {
        truth: truth('service_stale', 'kubernetes'),
        breaks({ deadAddress }) {
          deadAddress.api = true
        },
      },
    ],
  }),
}

export const ingressReplica: Scenario = {
  name: 'ingress_replica',
  doc: 'one ingress controller hangs, is gone, or answers with errors',
  plan({ cluster, random }) {
    const replica = random.below(cluster.ingress.length)
    const state = random.pick([health.silent, health.refuses, health.errs])
    return {
      happenings: [
        {
          truth: truth('ingress_replica', cluster.ingress[replica]?.name ?? ''),
          breaks({ ingress }) {
            ingress[replica] = state
          },
        },
      ],
    }
  },
}

export const ingressDown: Scenario = {
  name: 'ingress_down',
  doc: 'every ingress controller fails; the backends are fine',
  plan({ random }) {
    const state = random.pick([health.silent, health.refuses, health.errs])
    return {
      happenings: [{ truth: truth('ingress_down', ownService), breaks: ({ ingress }) => void ingress.fill(state) }],
    }
  },
}

export const ingressAddress: Scenario = {
  name: 'ingress_address',
  doc: 'the address of the ingress is dead; its controllers answer',
  plan: () => ({
    happenings: [
      {
        truth: truth('ingress_address', ownService),
        breaks({ deadAddress }) {
          deadAddress.ingress = true
        },
      },
    ],
  }),
}

export const apiserverEndpoint: Scenario = {
  name: 'apiserver_endpoint',
  doc: 'one API server does not answer',
  plan({ cluster, random }) {
    const server = random.below(cluster.api.length)
    const state = random.pick([health.silent, health.refuses, health.errs])
    return {
      happenings: [
        {
          truth: truth('apiserver_endpoint', cluster.api[server]?.name ?? ''),
          breaks({ api }) {
            api[server] = state
          },
        },
      ],
    }
  },
}

export const apiserverDown: Scenario = {
  name: 'apiserver_down',
  doc: 'no API server answers for five minutes',
  plan: () => ({
    during: 30,
    happenings: [{ truth: truth('apiserver_down', 'kubernetes'), breaks: ({ api }) => void api.fill(health.errs) }],
  }),
}

/** From the first round on: that is how it was set up, and nobody can tell it from a fault by looking at it. */
export const networkPolicy: Scenario = {
  name: 'network_policy',
  doc: "a network policy has never let the agents' requests to the API server through",
  plan: () => ({
    quiet: 0,
    happenings: [
      {
        truth: truth('apiserver_down', 'kubernetes', { required: false }),
        breaks: ({ api }: Weather) => void api.fill(health.silent),
      },
    ],
  }),
}
