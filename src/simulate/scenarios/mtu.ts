import { type Scenario, truth } from '../scenario.ts'
import { worsen } from '../weather.ts'
import { border, bothWays, orderless, twoZones } from './zones.ts'

function holeAtNode(name: string, doc: string, sides: readonly ('largeIn' | 'largeOut')[]): Scenario {
  return {
    name,
    doc,
    plan({ cluster, random, plainNodes }) {
      const node = random.pick(plainNodes)
      return {
        happenings: [
          {
            truth: truth('mtu', cluster.nodes[node] ?? ''),
            breaks: (weather) => {
              for (const side of sides) worsen(weather[side], node, 1)
            },
          },
        ],
      }
    },
  }
}

export const mtuNode = holeAtNode('mtu', 'large packets between pods of a node and pods elsewhere are lost', [
  'largeIn',
  'largeOut',
])

export const mtuOneWay = holeAtNode('mtu_one_way', 'large packets from the pods of a node are lost', ['largeOut'])

export const mtuZonePair: Scenario = {
  name: 'mtu_zone_pair',
  doc: 'large packets between two zones are lost',
  plan(scene) {
    const { cluster } = scene
    const { a, b } = twoZones(scene)
    if (a === b) return { happenings: [] }
    return {
      happenings: [
        {
          truth: truth('mtu', bothWays(cluster, a, b), { alsoAccepted: orderless(cluster, 'mtu', a, b) }),
          breaks({ zoneLarge }) {
            worsen(zoneLarge, border(cluster, a, b), 1)
            worsen(zoneLarge, border(cluster, b, a), 1)
          },
        },
      ],
    }
  },
}

export const mtuEverywhere: Scenario = {
  name: 'mtu_everywhere',
  doc: 'full-size packets between any two nodes are lost: the overlay leaves them less room than pods think',
  plan: () => ({
    during: 20,
    happenings: [
      {
        truth: truth('mtu', 'cluster'),
        breaks: ({ largeIn }) => void largeIn.fill(1),
      },
    ],
  }),
}
