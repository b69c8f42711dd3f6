import { type Accepted, type Scenario, type Scene, truth } from '../scenario.ts'
import { health, services } from '../weather.ts'
import { deadNode, hostedOn } from './nodes.ts'

export const threeAtOnce: Scenario = {
  name: 'three_at_once',
  doc: 'a node is off, the kube-proxy of another is down, and a DNS replica on a third is dead',
  plan(scene) {
    const { cluster, random, plainNodes } = scene
    const [dead = 0, proxy = 0] = random.some(plainNodes, 2)
    const replica = random.below(cluster.dns.length)
    return {
      happenings: [
        deadNode(cluster.nodes[dead] ?? '', dead, true),
        {
          truth: truth('kube_proxy', cluster.nodes[proxy] ?? ''),
          breaks(weather) {
            for (const service of services) weather.proxy[service][proxy] = 1
          },
        },
        {
          truth: truth('dns_replica_down', cluster.dns[replica]?.name ?? ''),
          breaks({ dns }) {
            dns[replica] = health.silent
          },
        },
      ],
    }
  },
}

export const rackCut: Scenario = {
  name: 'rack_cut',
  doc: 'three nodes of one zone lose their switch',
  plan(scene) {
    const { cluster, random } = scene
    const zone = random.below(cluster.zones.length)
    const inZone = scene.plainNodes.filter((node) => cluster.zoneOf[node] === zone)
    return { happenings: deadNodes(scene, random.some(inZone.length >= 3 ? inZone : scene.plainNodes, 3), false) }
  },
}

export const manyNodesDown: Scenario = {
  name: 'many_nodes_down',
  doc: 'one node in twenty is off, two at least',
  plan(scene) {
    const { cluster, random } = scene
    const count = Math.max(2, Math.round(cluster.nodes.length / 20))
    const all = cluster.nodes.map((_, node) => node)
    return { happenings: deadNodes(scene, random.some(all, count), true) }
  },
}

function deadNodes(scene: Scene, nodes: readonly number[], isOff: boolean) {
  return nodes.map((node) => {
    const happening = deadNode(scene.cluster.nodes[node] ?? '', node, isOff)
    const alsoAccepted = [...hostedOn(scene, node), ...goneWith(scene, node, nodes)]
    return { ...happening, truth: { ...happening.truth, alsoAccepted } }
  })
}

/** Who is off and who is cut off with all of its zone look the same; of half of the cluster nobody says who is cut off. */
function goneWith({ cluster }: Scene, node: number, nodes: readonly number[]): readonly Accepted[] {
  const zone = cluster.zoneOf[node] ?? 0
  const whole = cluster.nodes.every((_, other) => cluster.zoneOf[other] !== zone || nodes.includes(other))
  return [
    ...(whole ? [{ fault: 'zone_isolated' as const, entity: cluster.zones[zone] ?? '' }] : []),
    ...(2 * nodes.length >= cluster.nodes.length ? [{ fault: 'partition' as const, entity: 'cluster' }] : []),
  ]
}

export const smallZone: Scenario = {
  name: 'one_node_zone',
  doc: 'the only node of a zone is off',
  sizes: (nodes, zones) => [nodes - zones + 1, ...Array.from({ length: zones - 1 }, () => 1)],
  plan(scene) {
    const { cluster } = scene
    const node = cluster.nodes.length - 1
    const zone = cluster.zones[cluster.zoneOf[node] ?? 0] ?? ''
    const happening = deadNode(cluster.nodes[node] ?? '', node, true)
    const isolated = { fault: 'zone_isolated' as const, entity: zone }
    return {
      happenings: [{ ...happening, truth: { ...happening.truth, alsoAccepted: [isolated, ...hostedOn(scene, node)] } }],
    }
  },
}

export const partition: Scenario = {
  name: 'partition',
  doc: 'the aggregators sit in a zone that is cut off, and see less than half of the agents',
  plan(scene) {
    const { cluster } = scene
    const { zones, zoneOf, nodes } = cluster
    const members = zones.map((_, zone) => nodes.map((_, node) => node).filter((node) => zoneOf[node] === zone))
    const own = members.reduce((smallest, zone) => (zone.length < smallest.length ? zone : smallest))
    const zone = members.indexOf(own)
    if (zones.length < 2 || own.length * 2 >= nodes.length) return { happenings: [] }
    const width = zones.length + 1
    return {
      aggregators: [own[0] ?? 0, own[1] ?? own[0] ?? 0],
      happenings: [
        {
          truth: truth('partition', 'cluster', {
            alsoAccepted: [{ fault: 'zone_isolated', entity: zones[zone] ?? '' }],
          }),
          breaks({ zone: losses }) {
            for (let other = 0; other < zones.length; other++) {
              if (other !== zone) losses[zone * width + other] = losses[other * width + zone] = 1
            }
          },
        },
      ],
    }
  },
}
