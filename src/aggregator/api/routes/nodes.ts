import { apiPaths, type NodesAnswer } from '../../../model/api.ts'
import { byName } from '../../archive/by-name.ts'
import { pageOf } from '../pages.ts'
import { count, cursor } from '../parameters.ts'
import { defineRoute } from '../route.ts'

export const nodes = defineRoute({
  path: apiPaths.nodes,
  doc: 'Every node by name: its zone, whether its agent is heard, what was counted to it and from it.',
  parameters: {
    limit: count(1000, 5000, 'nodes in one answer'),
    after: cursor(),
  },
  schema: 'NodesAnswer',
  async answer({ limit, after }, { live, archive }): Promise<NodesAnswer> {
    const all = await archive.nodes()
    const { items, ...next } = pageOf(all, { limit, after, nameOf: ({ node }) => node, compare: byName })
    return { standing: live.standing(), nodes: items, ...next }
  },
})
