import type { Happening, Scenario } from '../scenario.ts'
import { health } from '../weather.ts'

const upgradeRounds = 9
const downFrom = 2
const downTo = 7

/** Two in a hundred nodes at a time are cordoned, drained, restarted and brought back. */
export const nodeUpgrade: Scenario = {
  name: 'node_upgrade',
  doc: 'nodes are upgraded, one in fifty at a time; nothing is broken',
  plan({ cluster, random, plainNodes }) {
    const atOnce = Math.max(1, Math.round(cluster.nodes.length / 50))
    const turns = 3
    const chosen = random.some(plainNodes, atOnce * turns)
    return {
      during: turns * upgradeRounds + 3,
      happenings: chosen.flatMap((node, i) => upgraded(node, Math.floor(i / atOnce) * upgradeRounds)),
    }
  },
}

function upgraded(node: number, from: number): readonly Happening[] {
  return [
    {
      from,
      to: from + upgradeRounds,
      cordons: [node],
      lives: (life, { round, since }) => (since === 1 ? life.excuse(node, round + upgradeRounds) : undefined),
    },
    {
      from: from + downFrom,
      to: from + downTo,
      breaks({ host, agent }) {
        host[node] = 1
        agent[node] = health.silent
      },
    },
    {
      from: from + downTo,
      to: from + downTo + 1,
      lives: (life, { round }) => life.restart(node, { newPod: true, round }),
    },
  ]
}

export const rollout: Scenario = {
  name: 'daemonset_rollout',
  doc: 'every agent is replaced by a new version, one in ten at a time; nothing is broken',
  plan({ cluster }) {
    const groups = 10
    return {
      during: 2 * groups + 4,
      happenings: Array.from({ length: groups }, (_, group) => {
        const nodes = cluster.nodes.map((_, node) => node).filter((node) => node % groups === group)
        return replaced(nodes, 2 * group)
      }).flat(),
    }
  },
}

function replaced(nodes: readonly number[], from: number): readonly Happening[] {
  return [
    {
      from,
      to: from + 1,
      lives(life, { round }) {
        for (const node of nodes) life.excuse(node, round + 2)
      },
      breaks({ agent }) {
        for (const node of nodes) agent[node] = health.silent
      },
    },
    {
      from: from + 1,
      to: from + 2,
      lives(life, { round }) {
        for (const node of nodes) life.restart(node, { newPod: true, round })
      },
    },
  ]
}

export const scaleUp: Scenario = {
  name: 'scale_up',
  doc: 'the cluster grows to three times its size in two minutes; nothing is broken',
  plan({ random, plainNodes, cluster }) {
    const batches = 12
    const joins = random.some(plainNodes, Math.floor((cluster.nodes.length * 2) / 3))
    const joining = new Map(joins.map((node, i) => [node, Math.floor((i * batches) / joins.length)]))
    return { during: batches + 6, joining, happenings: [] }
  },
}

export const aggregatorRestart: Scenario = {
  name: 'aggregator_restart',
  doc: 'no aggregator runs for four rounds; what the agents kept comes later',
  plan: () => ({ happenings: [], isUnread: (round) => round >= 2 && round < 6 }),
}

export const clockSkew: Scenario = {
  name: 'clock_skew',
  doc: 'the clocks of one node in ten are five seconds behind',
  plan({ cluster, random }) {
    const all = cluster.nodes.map((_, node) => node)
    const slow = random.some(all, Math.max(1, Math.round(all.length / 10)))
    return {
      happenings: [
        {
          breaks({ behind }) {
            for (const node of slow) behind[node] = 1
          },
        },
      ],
    }
  },
}
