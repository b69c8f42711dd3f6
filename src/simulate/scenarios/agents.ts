import { type Scenario, truth } from '../scenario.ts'
import { health } from '../weather.ts'

export const agentCrashLoop: Scenario = {
  name: 'agent_crash_loop',
  doc: 'an agent crashes again and again; the network is fine',
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    return {
      during: 20,
      happenings: [
        {
          truth: truth('agent_down', cluster.nodes[node] ?? ''),
          isOn: (round) => round % 7 !== 6,
          breaks({ agent }) {
            agent[node] = health.refuses
          },
          lives(life, { round, since }) {
            if (since === 0) life.restart(node, { newPod: false, round })
          },
        },
      ],
    }
  },
}

export const agentStarved: Scenario = {
  name: 'agent_starved',
  doc: 'an agent gets too little CPU; the network is fine',
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    return {
      during: 20,
      happenings: [
        {
          truth: truth('agent_slow', cluster.nodes[node] ?? '', { gray: true }),
          breaks({ starved }) {
            starved[node] = 1
          },
        },
      ],
    }
  },
}

export const hostPortConflict: Scenario = {
  name: 'host_port_conflict',
  doc: 'on one node the agent never started, for its port is taken',
  plan({ cluster, random, plainNodes }) {
    const node = random.pick(plainNodes)
    const optional = truth('agent_down', cluster.nodes[node] ?? '', { required: false })
    return { podless: [node], happenings: [{ truth: optional }] }
  },
}

export const olderAgents: Scenario = {
  name: 'older_agents',
  doc: 'half of the agents are of a version that knows fewer checks; nothing is broken',
  plan: ({ cluster }) => ({
    older: new Set(cluster.nodes.map((_, node) => node).filter((node) => node % 2 === 0)),
    happenings: [],
  }),
}
