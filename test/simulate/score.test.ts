import t from 'tap'

import type { Finding } from '../../src/model/finding.ts'
import { noFault, podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { createScorer, summaryOf } from '../../src/simulate/score.ts'
import { type SimulatedRound, simulate } from '../../src/simulate/simulate.ts'
import { perMillion, quantile, share } from '../../src/simulate/statistics.ts'

const cut = [...simulate({ nodes: 12, zones: 2, scenario: podNetworkCut, noise: 'N0', seed: 3 })]
const begins = cut.findIndex(({ truths }) => truths.length > 0)
const broken = cut[begins]?.truths[0]?.entity ?? ''

t.test(
  'what is named on the right node is detected, and its time is that from the fault to the end of a round',
  async (t) => {
    const { faults, falseFindings } = scored((index) => (index >= begins + 1 ? [found('pod_network_cut', broken)] : []))
    const [fault] = faults
    t.match(fault, { detected: true, exactFault: true, exactEntity: true, rounds: 2 })
    const seconds = fault?.seconds ?? 0
    t.ok(seconds > 10 && seconds <= 20, `${seconds} s`)
    t.strictSame(falseFindings, [])
  },
)

t.test('another word on the right node is detected and not exact; a later, better word counts', async (t) => {
  const wrong = scored((index) => (index > begins ? [found('node_down', broken)] : []))
  t.match(wrong.faults[0], { detected: true, exactFault: false, exactEntity: true, saidFault: 'node_down' })
  const refined = scored((index) =>
    index > begins ? [found(index > begins + 2 ? 'pod_network_cut' : 'node_down', broken)] : [],
  )
  t.match(refined.faults[0], { detected: true, exactFault: true, rounds: 2 })
})

t.test('a finding about anything else is false, once, however long it lasts', async (t) => {
  const { faults, falseFindings } = scored((index) => (index > 2 ? [found('node_down', 'node-x')] : []))
  t.match(faults[0], { detected: false, exactFault: false })
  t.match(falseFindings, [{ fault: 'node_down', entity: 'node-x', round: 3 }])
  t.equal(falseFindings.length, 1)
})

t.test('a starved agent may be called slow, which is no merit either', async (t) => {
  const quiet = { ...(cut[0] as SimulatedRound), starved: ['node-4'] }
  const scorer = createScorer('no_fault', 1)
  scorer.observe(quiet, [found('agent_slow', 'node-4'), found('agent_slow', 'node-5')])
  t.match(scorer.result(), { trueFindings: 0, falseFindings: [{ entity: 'node-5' }] })
})

t.test('the summary says how sure it can be', async (t) => {
  const good = scored((index) => (index > begins ? [found('pod_network_cut', broken)] : []))
  const quiet = createScorer('no_fault', 1)
  for (const round of simulate({ nodes: 12, zones: 2, scenario: noFault, noise: 'N0', seed: 3 }))
    quiet.observe(round, [])
  const summary = summaryOf([good, quiet.result()])
  t.match(summary, { faults: 1, falseFindings: 0, precision: { value: 1, of: 1 }, recall: { value: 1 } })
  t.ok((summary.recall?.low ?? 1) < 0.3, 'one fault proves little')
  t.equal(summary.falsePerMillionNodeRounds?.high, (3 / summary.nodeRounds) * 1e6)
})

t.test('intervals and quantiles are those of the textbook', async (t) => {
  const wilson = share(9, 10)
  t.equal(wilson?.low.toFixed(3), '0.596')
  t.equal(wilson?.high.toFixed(3), '0.982')
  t.equal(share(0, 0), undefined)
  t.equal(perMillion(2, 1e6)?.low.toFixed(2), '0.22')
  t.equal(perMillion(2, 1e6)?.high.toFixed(1), '7.2')
  t.equal(quantile([5, 1, 3], 0.5), 3)
  t.equal(quantile([], 0.5), undefined)
})

function scored(findingsIn: (index: number) => readonly Finding[]) {
  const scorer = createScorer('pod_network_cut', 3)
  for (const round of cut) scorer.observe(round, findingsIn(round.index))
  return scorer.result()
}

function found(fault: Finding['fault'], name: string): Finding {
  const times = { since: '2026-01-01T00:00:00Z', firstEvidence: '2026-01-01T00:00:00Z' }
  const words = { text: '', nextStep: '', runbook: '', evidence: [], contrast: [], alternatives: [] }
  const about = { entity: { kind: 'node', name }, severity: 1, confidence: 'high', flapping: false } as const
  return { id: `about-${name}`, fault, state: 'open', ...about, ...times, ...words }
}
