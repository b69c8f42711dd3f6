import { type Scenario, type Scene, truth } from '../scenario.ts'
import { health, type Weather, worsen } from '../weather.ts'

/** Replicas on a node that dies are gone too: to name one of them as well is not wrong. */
export function hostedOn({ cluster }: Scene, node: number) {
  return [
    ...cluster.dns.map(({ name, host }) => ({ fault: 'dns_replica_down' as const, entity: name, host })),
    ...cluster.ingress.map(({ name, host }) => ({ fault: 'ingress_replica' as const, entity: name, host })),
    ...cluster.api.map(({ name, host }) => ({ fault: 'apiserver_endpoint' as const, entity: name, host })),
  ]
    .filter(({ host }) => host === node)
    .map(({ fault, entity }) => ({ fault, entity }))
}

/** The power is off, or only the cable is pulled: then the agent goes on and sees everything fail. */
export const nodeDown: Scenario = {
  name: 'node_down',
  doc: 'a node is off, or its cable is pulled',
  plan(scene) {
    const { cluster, random, plainNodes } = scene
    const node = random.pick(plainNodes)
    const isOff = random.chance(0.5)
    return { happenings: [deadNode(cluster.nodes[node] ?? '', node, isOff)] }
  },
}

export const dnsHostDown: Scenario = {
  name: 'dns_host_down',
  doc: 'a node with a DNS replica on it is off',
  plan(scene) {
    const { cluster, random } = scene
    const node = random.pick(cluster.dns).host
    const happening = deadNode(cluster.nodes[node] ?? '', node, true)
    return { happenings: [{ ...happening, truth: { ...happening.truth, alsoAccepted: hostedOn(scene, node) } }] }
  },
}

export const nodeLoss: Scenario = {
  name: 'node_loss',
  doc: "a node's cable loses a fifth of all packets",
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    return {
      during: 26,
      happenings: [
        {
          truth: truth('node_loss', cluster.nodes[node] ?? '', { gray: true }),
          breaks: ({ host }) => worsen(host, node, 0.2),
        },
      ],
    }
  },
}

export function deadNode(name: string, node: number, isOff: boolean) {
  return {
    truth: truth('node_down', name),
    breaks({ host, agent }: Weather) {
      host[node] = 1
      if (isOff) agent[node] = health.silent
    },
  }
}
