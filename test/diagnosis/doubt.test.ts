import t from 'tap'

import { doubtfulNodes } from '../../src/diagnosis/doubt.ts'
import { kind } from '../../src/diagnosis/kinds.ts'
import { newSlice } from '../../src/diagnosis/slice.ts'

const silence = 0

/** Everybody's agent fails requests, the higher its number the more; and Services fail for many askers. */
function fallenApart({ nodes, ofServices }: { readonly nodes: number; readonly ofServices: number }) {
  const slice = newSlice(1)
  for (let node = 0; node < nodes; node++) {
    slice.arrived.add(node)
    slice.failures.push(kind.http, 0, node, silence, 10 + node, 0)
  }
  for (let i = 0; i < ofServices; i++) slice.failures.push(kind.clusterIp, i % nodes, 0, silence, 1, 0)
  return [slice]
}

t.test('as long as few Services fail everybody who fails is doubted', async (t) => {
  t.equal(doubtfulNodes(fallenApart({ nodes: 400, ofServices: 1000 })).size, 400)
})

t.test('when everything fails those are doubted who fail most, and only so many as can be looked at', async (t) => {
  const doubted = doubtfulNodes(fallenApart({ nodes: 400, ofServices: 10_000 }))
  t.equal(doubted.size, 50)
  t.ok(doubted.has(399))
  t.notOk(doubted.has(0))
})
