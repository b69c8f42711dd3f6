import t from 'tap'

import { byScore } from '../../src/diagnosis/calibration.ts'
import { confidenceOf } from '../../src/diagnosis/confidence.ts'
import type { Incident } from '../../src/diagnosis/incident.ts'
import type { Alternative } from '../../src/model/finding.ts'

const sureFrom = byScore.at(-1)?.[0] ?? 0

const wordFor = (bestScore: number, alternatives: readonly Alternative[] = []) =>
  confidenceOf({ bestScore, accusation: { entity: { kind: 'node', name: 'n1' }, alternatives } } as unknown as Incident)

const maybe = (name: string, deltaNats: number): Alternative => ({
  ...{ fault: 'node_down', entity: { kind: 'node', name }, deltaNats },
})

t.test('the more evidence the surer', async (t) => {
  t.equal(wordFor(0), 'medium')
  t.equal(wordFor(sureFrom - 0.01), 'medium')
  t.equal(wordFor(sureFrom), 'high')
})

t.test('nobody is sure of a place while it could be another as well', async (t) => {
  t.equal(wordFor(1000, [maybe('n2', 0)]), 'low')
  t.equal(wordFor(1000, [maybe('n2', 2.5)]), 'medium')
  t.equal(wordFor(1000, [maybe('n2', 4)]), 'high')
  t.equal(wordFor(1000, [maybe('n1', 0)]), 'high', 'what is wrong with it is another question')
})
