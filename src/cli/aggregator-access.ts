import { systemClock } from '../agent/system-clock.ts'
import type { MayRead } from '../aggregator/api/access.ts'
import { namespaceOf } from '../discovery/given.ts'
import { createAccessReview } from '../kubernetes/access-review.ts'
import { type ApiRequest, openApi } from '../kubernetes/api-client.ts'
import type { ClusterIo } from './cluster-io.ts'
import { serverFor } from './publishing.ts'
import type { Values } from './settings.ts'

/** Who may read the API: whoever may read it through the API server's proxy too. Undefined when everybody may. */
export async function accessFor(
  values: Values,
  io: ClusterIo,
  onRequest: (request: ApiRequest) => void,
  signal: AbortSignal,
): Promise<MayRead | undefined> {
  const { enabled, service: name } = values.aggregator.auth
  if (!enabled) return undefined
  const namespace = await namespaceOf(values.discovery.kubernetes, io.readFile)
  const right = { verb: 'get', group: '', resource: 'services', subresource: 'proxy', namespace, name }
  return createAccessReview(openApi(serverFor({ ...io, values }, onRequest), signal), right, systemClock)
}
