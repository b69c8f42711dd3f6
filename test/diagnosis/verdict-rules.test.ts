import t from 'tap'
import { nodeDown } from '../../src/diagnosis/modes/node.ts'
import { zoneOneWay } from '../../src/diagnosis/modes/zones.ts'
import { altered, everNamed } from './altered.ts'
import { beliefOf, judged, type Sent } from './crowd.ts'
import type { Drawing } from './drawn.ts'

/** So many pairs of two zones, all of whose datagrams are lost. */
function lost(pairs: number): readonly Sent[] {
  return Array.from({ length: pairs }, (_, i) => ({ from: 2 * (i % 50), to: 2 * ((i * 7) % 50) + 1, n: 3, lost: 3 }))
}

const verdictOn = (...rounds: readonly (readonly Sent[])[]) => judged(beliefOf(100, rounds), zoneOneWay, 1).verdict

t.test('a fault takes two rounds that say about as much', async (t) => {
  t.equal(verdictOn(lost(100), lost(100)), 'yes')
  t.equal(verdictOn(lost(100), lost(20)), 'not yet')
})

t.test('the more there are to suspect, the more it takes', async (t) => {
  const threshold = (nodes: number) => judged(beliefOf(nodes, [lost(3)]), nodeDown, 0).threshold
  t.ok(Math.abs(threshold(1000) - threshold(100) - Math.log(10)) < 1e-9)
})

t.test('a NodePort that fails now and then is no matter of kube-proxy, whatever else fails once', async (t) => {
  const isHalf = (round: number, node: string) => (round + Number(node.slice(1))) % 2 === 0
  const blocked: Drawing = {
    round: (round) =>
      altered(round, ({ check, target }) => {
        const isPort = check === 'nodeport' && target === 'n4' && isHalf(round.round, round.node)
        const isCanary = check === 'service_canary' && round.node === 'n4' && isHalf(round.round, 'n1')
        return isPort || isCanary ? 'timeout' : undefined
      }),
  }
  t.strictSame(everNamed([[20, blocked]]), ['nodeport_blocked n4'])
})
