import t from 'tap'

import { nodesOf, turnCanary } from '../../src/demo/canary.ts'
import { nodes } from '../../src/demo/topology.ts'
import type { CanaryGeneration } from '../../src/model/peer.ts'
import { createFakeClock } from '../support/fake-clock.ts'

t.test('each generation has four nodes, some in every zone, and none of the one before', (t) => {
  for (let turn = 0; turn < 6; turn++) {
    const names = nodesOf(turn)
    t.equal(names.length, 4)
    t.equal(new Set(nodes.filter(({ name }) => names.includes(name)).map(({ zone }) => zone)).size, 3)
    t.notOk(nodesOf(turn + 1).some((name) => names.includes(name)))
  }
  t.end()
})

t.test('the canary turns until it is stopped and remembers four generations', async (t) => {
  const clock = createFakeClock()
  const stopping = new AbortController()
  const told: (readonly CanaryGeneration[])[] = []
  const turning = turnCanary({ clock, everyMs: 1000 }, (generations) => void told.push(generations), stopping.signal)
  await clock.whenSleeping()
  for (let i = 0; i < 5; i++) await clock.advance(1000)
  stopping.abort()
  await turning
  t.same(
    told.map(({ length }) => length),
    [1, 2, 3, 4, 4, 4],
  )
  const last = told.at(-1) ?? []
  t.same(
    last.map(({ sinceMs }) => sinceMs - (last[0]?.sinceMs ?? 0)),
    [0, 1000, 2000, 3000],
  )
  t.same(last.at(-1)?.nodes, nodesOf(5))
})
