import t from 'tap'
import type { Accusation } from '../../src/diagnosis/accusation.ts'
import { isHidden } from '../../src/diagnosis/latency/hidden.ts'
import { forgetBefore, knownPath, newPaths, pathTo } from '../../src/diagnosis/latency/paths.ts'
import type { EntityKind, Fault } from '../../src/model/fault.ts'

t.test('what loses packets explains that the same place is slow', async (t) => {
  const cases: readonly (readonly [slow: string, fault: Fault, kind: EntityKind, name: string, hidden: boolean])[] = [
    ['n4', 'node_loss', 'node', 'n4', true],
    ['n4', 'pod_network_in', 'node', 'n4', true],
    ['n4', 'node_loss', 'node', 'n5', false],
    ['n4', 'agent_slow', 'node', 'n4', false],
    ['n4', 'latency', 'node', 'n4', false],
    ['n4', 'zone_isolated', 'zone', 'n4', false],
    ['a|b', 'zone_loss', 'zone_pair', 'a|b', true],
    ['a|b', 'zone_one_way', 'zone_pair', 'b>a', true],
    ['a|b', 'zone_cut', 'zone_pair', 'a|c', false],
    ['a|b', 'zone_isolated', 'zone', 'b', true],
    ['a|b', 'zone_isolated', 'zone', 'c', false],
  ]
  for (const [slow, fault, kind, name, hidden] of cases) {
    const entity = { kind: slow.includes('|') ? 'zone_pair' : 'node', name: slow } as const
    t.equal(isHidden(entity, [accusation(fault, kind, name)]), hidden, `${slow} by ${fault} of ${name}`)
  }
})

t.test('paths that nobody probes any more leave room for others', async (t) => {
  const paths = newPaths()
  for (let round = 0; round < 1000; round++) {
    for (let source = 0; source < 50; source++) {
      for (const target of [0, round + 1]) paths.columns.lastRound[pathTo(paths, source, target)] = round
    }
    if (round % 10 === 0) forgetBefore(paths, round - 10)
  }
  t.ok(paths.size <= 50 * (1 + 22), `${paths.size} paths at most`)
  t.equal(knownPath(paths, 7, 980), undefined)
  t.equal(paths.columns.lastRound[knownPath(paths, 7, 0) ?? -1], 999)
  t.not(knownPath(paths, 7, 1000), knownPath(paths, 8, 1000))
})

function accusation(fault: Fault, kind: EntityKind, name: string): Accusation {
  return {
    ...{ fault, entity: { kind, name }, place: '', severity: 1, score: 1, llr: 1, window: 3, firstRound: 0 },
    ...{ charge: { is: 'cell', source: 0, target: 0, kinds: [] }, alternatives: [] },
  }
}
