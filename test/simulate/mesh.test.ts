import t from 'tap'

import { choosePeers, ringsOf, viewOf } from '../../src/model/peer-choice.ts'
import { createCluster } from '../../src/simulate/cluster.ts'
import { createMesh } from '../../src/simulate/mesh.ts'

for (const [nodes, zones] of [
  [12, 3],
  [33, 2],
  [120, 3],
  [120, 9],
] as const) {
  t.test(`everybody probes whom the model says, ${nodes} nodes in ${zones} zones`, async (t) => {
    const { peers, name, nodes: names } = createCluster({ nodes, zones, seed: 3 })
    const mesh = createMesh(peers, new Map(names.map((node, i) => [node, i])), name)
    const rings = ringsOf(viewOf(peers), name)
    for (const epoch of [0, 7, 8, 1001]) {
      for (const [node, self] of names.entries()) {
        const chosen = choosePeers(rings, rings, name, self, epoch)
        const circle = mesh.circleOf(node, epoch)
        const named = (list: readonly number[]) => list.map((number) => names[number] ?? '')
        const known = (list: readonly { readonly node: string }[]) => list.map((peer) => peer.node)
        t.strictSame(named(circle.stable), known(chosen.stable))
        t.strictSame(named(circle.passing), known([...chosen.rotating, ...chosen.zonal]))
        t.strictSame(named(circle.predecessors).toSorted(), known(chosen.predecessors).toSorted())
        t.strictSame([named(circle.hosts), named(circle.nodePorts)], [known(chosen.hosts), known(chosen.nodePorts)])
        t.equal(circle.rank, chosen.rank)
      }
    }
  })
}
