import t from 'tap'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { Scenario } from '../../src/simulate/scenario.ts'
import { latencyNode, latencyZonePair } from '../../src/simulate/scenarios/paths.ts'
import { podNetworkLoss } from '../../src/simulate/scenarios/pod-network.ts'
import { noFault } from '../../src/simulate/scenarios/quiet.ts'
import { createScorer } from '../../src/simulate/score.ts'
import { simulate } from '../../src/simulate/simulate.ts'

const settings = [
  // The slow node's agent starves in the middle of it: both are said, neither instead of the other.
  { nodes: 12, noise: 'N1', seed: 1 },
  { nodes: 12, noise: 'N1', seed: 11 },
  { nodes: 12, noise: 'N2', seed: 12 },
  { nodes: 30, noise: 'N1', seed: 13 },
  { nodes: 30, noise: 'N2', seed: 14 },
  { nodes: 100, noise: 'N2', seed: 15 },
] as const

t.test('in simulated clusters whoever becomes slow is named, and nobody else', async (t) => {
  for (const scenario of [latencyNode, latencyZonePair]) {
    for (const setting of settings) {
      const { faults, latencies } = run(scenario, setting)
      t.match(faults, [{ exactFault: true, exactEntity: true }], `${scenario.name} ${JSON.stringify(setting)}`)
      t.ok((faults[0]?.seconds ?? 100) <= 45, 'within four rounds, and the rest of the one in which it began')
      t.strictSame(latencies, [faults[0]?.saidEntity])
    }
  }
})

t.test('lost packets and usual noise make nobody slow', async (t) => {
  for (const scenario of [noFault, podNetworkLoss]) {
    for (const setting of settings)
      t.strictSame(run(scenario, setting).latencies, [], `${scenario.name} ${JSON.stringify(setting)}`)
  }
})

function run(scenario: Scenario, setting: (typeof settings)[number]) {
  const diagnosis = createDiagnosis()
  const scorer = createScorer(scenario.name, setting.seed)
  const latencies = new Set<string>()
  for (const round of simulate({ zones: 3, scenario, ...setting })) {
    const findings = diagnosis.observe(round.input)
    scorer.observe(round, findings)
    for (const { fault, entity } of findings) if (fault === 'latency') latencies.add(entity.name)
  }
  return { faults: scorer.result().faults, latencies: [...latencies] }
}
