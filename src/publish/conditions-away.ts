import { type Api, type ApiServer, withApi } from '../kubernetes/api-client.ts'
import { isMissing } from '../kubernetes/api-error.ts'
import { listAll } from '../kubernetes/list-all.ts'
import { type Condition, conditionIn, conditionRemoval } from './condition.ts'

/**
 * Takes our condition away from every Node, for who uninstalls us or switches conditions off. Resolves with how many
 * had it; rejects with an ApiError, when it may be called again.
 */
export async function removeConditions(server: ApiServer, signal: AbortSignal): Promise<number> {
  return withApi(server, signal, async (api) => {
    const carried = await nodesWithCondition(api)
    for (const node of carried.keys()) await patchNode(api, node, conditionRemoval)
    return carried.size
  })
}

/** The Nodes that have our condition, and what it says. Of the others nothing is kept. */
export async function nodesWithCondition(api: Api): Promise<ReadonlyMap<string, Condition>> {
  let carried = new Map<string, Condition>()
  await listAll(
    (query) => api.get('list', 'nodes', `/api/v1/nodes?${new URLSearchParams(query)}`),
    () => {
      carried = new Map()
      return {
        add(object) {
          const { node, said } = conditionIn(object)
          if (said !== undefined) carried.set(node, said)
        },
        finish() {},
      }
    },
  )
  return carried
}

/** A patch of its status. */
export async function patchNode(api: Api, node: string, patch: object): Promise<void> {
  const path = `/api/v1/nodes/${encodeURIComponent(node)}/status`
  await api.patch('nodes/status', path, 'strategic', patch).catch((error: unknown) => {
    // A Node that has left the cluster has no condition either.
    if (!isMissing(error)) throw error
  })
}
