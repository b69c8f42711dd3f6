import type { Answer, Get } from './ask.ts'
import type { Cluster } from './kube-cluster.ts'
import { errorIn, objectIn } from './read-json.ts'
import { refusalBy, refusedSentence } from './refusal.ts'
import { UnreachedError } from './unreached-error.ts'
import type { Where } from './where.ts'

const anywhere = `/api/v1/services?${new URLSearchParams({
  labelSelector: 'app.kubernetes.io/name=meshprobe,app.kubernetes.io/component=aggregator',
  limit: '20',
})}`

/** The aggregator, asked through the API server's service proxy, which keeps our credentials to itself. */
export function proxiedGet(cluster: Cluster, where: Where): Get {
  const { namespace, service } = where
  return async (path, signal) => {
    const answer = await cluster.get(`/api/v1/namespaces/${namespace}/services/${service}:http/proxy${path}`, signal)
    const refusal = refusalBy(answer)
    if (refusal === undefined) return answer
    if (refusal.kind === 'services' && answer.status === 404) throw await noService(cluster, where, signal)
    if (answer.status === 503) {
      throw new UnreachedError(
        `Service ${namespace}/${service} of ${cluster.name} has nobody who answers: ${refusal.message}; see kubectl -n ${namespace} get pods`,
      )
    }
    throw new UnreachedError(refusedSentence(cluster, refusal))
  }
}

/** Whether the aggregator itself wants to know who asks, which the proxy does not tell it. */
export function wantsToKnowWho(answer: Answer): boolean {
  return (answer.status === 401 || answer.status === 403) && errorIn(objectIn(answer.text)) !== undefined
}

async function noService(
  cluster: Cluster,
  { namespace, service }: Where,
  signal: AbortSignal,
): Promise<UnreachedError> {
  const missing = `no Service ${service} in namespace ${namespace} of ${cluster.name}`
  const answer = await cluster.get(anywhere, signal)
  if (answer.status !== 200) {
    return new UnreachedError(`${missing}; name another with --namespace, or ask the agents with --direct`)
  }
  const found = serviceNames(answer).filter((name) => name !== `${namespace}/${service}`)
  const [first = ''] = found
  const [otherNamespace, otherService] = first.split('/')
  const flags = `--namespace ${otherNamespace}${otherService === service ? '' : ` --service ${otherService}`}`
  return new UnreachedError(
    found.length === 0
      ? `${missing}, nor in any other: is it installed? Agents without an aggregator answer to --direct`
      : `${missing}; there is ${found.join(', ')}: add ${flags}`,
  )
}

function serviceNames({ text }: Answer): readonly string[] {
  const { items } = objectIn(text) ?? {}
  return (Array.isArray(items) ? items : []).map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)
}
