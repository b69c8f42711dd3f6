import { type Scenario, truth } from '../scenario.ts'
import { border, bothWays, orderless, twoZones } from './zones.ts'

export const link: Scenario = {
  name: 'link',
  doc: 'packets from the pods of one node to those of another are lost; all other paths are fine',
  plan({ cluster, random, plainNodes, stablePeersOf }) {
    const from = random.pick(plainNodes)
    const to = random.pick(stablePeersOf(from))
    const [a, b] = [cluster.nodes[from] ?? '', cluster.nodes[to] ?? '']
    return {
      during: 20,
      happenings: [
        {
          truth: truth('link', `${a}>${b}`),
          breaks: ({ pairs }) => void pairs.set(from * cluster.hosts + to, 1),
        },
      ],
    }
  },
}

export const spine: Scenario = {
  name: 'spine_black_hole',
  doc: 'one of sixteen equal paths between nodes loses everything',
  plan: () => ({
    during: 26,
    happenings: [
      {
        truth: truth('fabric_loss', 'cluster', { gray: true }),
        breaks(weather) {
          weather.deadSpines = 1
        },
      },
    ],
  }),
}

const baselineRounds = 30

export const latencyNode: Scenario = {
  name: 'latency_node',
  doc: 'all that goes to or from a node takes 150 ms more, and arrives',
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    return {
      quiet: baselineRounds,
      happenings: [
        {
          truth: truth('latency', cluster.nodes[node] ?? ''),
          breaks({ hostDelay }) {
            hostDelay[node] = 75
          },
        },
      ],
    }
  },
}

export const latencyZonePair: Scenario = {
  name: 'latency_zone_pair',
  doc: 'packets between two zones take 100 ms more each way, and arrive',
  plan(scene) {
    const { cluster } = scene
    const { a, b } = twoZones(scene)
    if (a === b) return { happenings: [] }
    const name = bothWays(cluster, a, b)
    return {
      quiet: baselineRounds,
      happenings: [
        {
          truth: truth('latency', name, { alsoAccepted: orderless(cluster, 'latency', a, b) }),
          breaks({ zoneDelay }) {
            for (const way of [border(cluster, a, b), border(cluster, b, a)]) zoneDelay[way] = 100
          },
        },
      ],
    }
  },
}
