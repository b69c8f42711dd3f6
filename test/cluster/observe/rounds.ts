import { systemClock } from '../../../src/agent/system-clock.ts'
import { createGatherer } from '../../../src/aggregator/gather.ts'
import { unpackRound } from '../../../src/aggregator/told-round.ts'
import { foldMatrices, type Matrix } from '../../../src/model/matrix.ts'
import type { Round } from '../../../src/model/round.ts'
import { createKeyring } from '../../../src/probes/keyring.ts'
import type { Scene } from '../faults/scene.ts'
import { until } from '../lab/until.ts'
import { meshKeys } from '../suite/mesh.ts'

/** Where agents serve their rounds. */
export const metricsPort = 7791

export interface Observer {
  /** Rounds that began after `sinceMs`, `count` of every agent; waits for them. Throws when they do not come. */
  rounds(sinceMs: number, count: number): Promise<readonly Round[]>
  /** All rounds that have come. */
  all(): readonly Round[]
  /** Follows other agents from now on. */
  follow(scene: Scene): void
  close(): Promise<void>
}

/** Pulls the agents' rounds over the operator's own links, which no fault touches. */
export async function observe(scene: Scene): Promise<Observer> {
  const signer = createKeyring([Buffer.from((await meshKeys()).current, 'base64')])
  const kept = new Map<string, Round[]>()
  const gatherer = createGatherer({
    signer,
    clock: systemClock,
    onRound({ node, packed }) {
      kept.set(node, [...(kept.get(node) ?? []), unpackRound(packed)].slice(-400))
    },
  })
  let agents = scene.agents

  function follow(next: Scene): void {
    agents = next.agents
    gatherer.follow(agents.map(({ host, ip, uid = '' }) => ({ node: host, podUid: uid, host: ip, port: metricsPort })))
  }

  function after(node: string, sinceMs: number): readonly Round[] {
    return (kept.get(node) ?? []).filter(({ round, roundSeconds }) => round * roundSeconds * 1000 >= sinceMs)
  }

  follow(scene)
  return {
    follow,
    all: () => [...kept.values()].flat(),
    async rounds(sinceMs, count) {
      const what = `${count} rounds of each agent since ${new Date(sinceMs).toISOString()}`
      return until({ what, timeoutMs: (count + 3) * 10_000 + 30_000 }, async () => {
        const all = agents.map(({ host }) => after(host, sinceMs).slice(0, count))
        const late = agents.filter((_, i) => (all[i]?.length ?? 0) < count)
        if (late.length > 0) throw new Error(`still waiting for ${late.map(({ host }) => host).join(' ')}`)
        return all.flat()
      })
    },
    close: () => gatherer.close(),
  }
}

export function matricesOf(rounds: readonly Round[], scene: Scene): readonly Matrix[] {
  return foldMatrices(
    rounds,
    scene.plan.nodes.map(({ name }) => name),
  )
}
