import { type Scenario, truth } from '../scenario.ts'

export const ipv6Cut: Scenario = {
  name: 'ipv6_cut',
  doc: "a node's pods are cut off over IPv6; over IPv4 all is fine",
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    return {
      isDual: true,
      happenings: [
        {
          truth: truth('pod_network_cut', cluster.nodes[node] ?? '', { gray: true }),
          breaks({ ipv6 }) {
            ipv6[node] = 1
          },
        },
      ],
    }
  },
}
