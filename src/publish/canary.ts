import { isIPv6 } from 'node:net'

import { type Api, type ApiServer, openApi } from '../kubernetes/api-client.ts'
import { type ApiError, isConflict, isMissing, onlyApiError } from '../kubernetes/api-error.ts'
import { type CanaryEndpoint, type CanaryHistory, canaryHistoryIn, canarySlice } from '../kubernetes/canary-slice.ts'
import { record, text, texts } from '../kubernetes/json.ts'
import { listPages } from '../kubernetes/list-pages.ts'
import { retryDelay } from '../kubernetes/retry.ts'
import { createTeller } from '../kubernetes/teller.ts'
import type { Census } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import { createBell } from './bell.ts'
import { nextGeneration } from './canary-plan.ts'
import type { Leading } from './leadership.ts'

const subject = 'the canary Service'
const lookMs = 30_000
const againMs = 2000

export interface CanaryParts {
  readonly server: ApiServer
  readonly leading: Leading
  readonly namespace: string
  /** A Service without a selector; its EndpointSlice has the same name. */
  readonly service: string
  /** Where agents answer probes. */
  readonly port: number
  readonly everyMs: number
  readonly census: () => Census
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
}

interface Service {
  readonly uid: string
  readonly addressType: 'IPv4' | 'IPv6'
}

/**
 * Gives the canary Service other backends, over and over while we lead, until `signal` aborts: a kube-proxy that no
 * longer updates shows by the old ones answering. No outage of the API server makes it reject.
 */
export async function keepCanary(parts: CanaryParts, signal: AbortSignal): Promise<void> {
  const { server, leading, clock, random } = parts
  const bell = createBell(clock)
  const tell = createTeller(parts.log)
  const stopHearing = leading.onChange(bell.ring)
  const api = openApi(server, signal)
  let failures = 0
  try {
    while (!signal.aborted) {
      let pauseMs = lookMs
      const error = await turn(api, parts).then(
        (ms) => {
          pauseMs = ms
        },
        (reason: unknown) => onlyApiError(reason, signal),
      )
      if (signal.aborted) return
      if (error !== undefined) {
        failures += 1
        tell(new Map([[subject, troubleOf(parts, error)]]))
        pauseMs = retryDelay({ failures, intervalMs: parts.everyMs, retryAfterMs: error.retryAfterMs }, random)
        await clock.sleep(pauseMs, signal).catch(() => undefined)
        continue
      }
      failures = 0
      if (leading.isLeader()) tell(new Map([[subject, '']]))
      await bell.wait(pauseMs, signal)
    }
  } finally {
    stopHearing()
    api.close()
  }
}

/** Writes the next generation when it is due; how long to wait then. */
async function turn(api: Api, parts: CanaryParts): Promise<number> {
  const { leading, everyMs, clock } = parts
  if (!leading.isLeader()) return lookMs
  // Read each time: it is small, and another may have written it.
  const existing = await existingSlice(api, parts)
  const history = existing === undefined ? { past: [], planned: [] } : canaryHistoryIn(existing)
  const sinceMs = history.past.at(-1)?.sinceMs ?? 0
  const nowMs = Math.round(clock.wallMs())
  const restMs = sinceMs + everyMs - nowMs
  // A clock that was set back must not hold it up.
  if (restMs > 0 && restMs <= everyMs) return restMs
  const service = await serviceOf(api, parts)
  const agents = canaryAgents(parts.census(), service.addressType)
  if (agents.length === 0 || !leading.isLeader()) return lookMs
  const writing = { service, existing, agents, history: nextGeneration(history, { agents, nowMs, everyMs }) }
  return write(api, parts, writing).then(
    () => everyMs,
    (error: unknown) => {
      // What we read was older than what somebody has written meanwhile.
      if (isConflict(error)) return againMs
      throw error
    },
  )
}

interface Writing {
  readonly service: Service
  readonly existing: unknown
  readonly agents: readonly CanaryEndpoint[]
  readonly history: CanaryHistory
}

async function write(api: Api, { namespace, service: name, port }: CanaryParts, writing: Writing): Promise<void> {
  const { service, existing, agents, history } = writing
  const chosen = new Set(history.past.at(-1)?.nodes)
  const endpoints = agents.filter(({ node }) => chosen.has(node))
  const { uid, addressType } = service
  const slice = canarySlice({ namespace, name, addressType, port, endpoints, history, owner: { uid } })
  const collection = slicesPath(namespace)
  if (existing === undefined) return void (await api.create('endpointslices', collection, slice))
  // Refused when somebody else has written meanwhile.
  const { resourceVersion } = record(record(existing)['metadata'])
  const object = { ...slice, metadata: { ...slice.metadata, resourceVersion } }
  await api.update('endpointslices', `${collection}/${encodeURIComponent(name)}`, object)
}

async function existingSlice(api: Api, { namespace, service }: CanaryParts): Promise<unknown> {
  const get = (path: string) => api.get('list', 'endpointslices', path)
  const slices = await listPages(get, slicesPath(namespace), `kubernetes.io/service-name=${service}`)
  return slices.find((slice) => record(record(slice)['metadata'])['name'] === service)
}

async function serviceOf(api: Api, { namespace, service }: CanaryParts): Promise<Service> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(service)}`
  const { metadata, spec } = record(await api.get('get', 'services', path))
  const [family] = texts(record(spec)['ipFamilies'])
  return { uid: text(record(metadata)['uid']), addressType: family === 'IPv6' ? 'IPv6' : 'IPv4' }
}

/** Agents that may serve: ready, on a node that takes workloads, with an address of this family. */
export function canaryAgents(
  { nodes, agents }: Census,
  addressType: Service['addressType'],
): readonly CanaryEndpoint[] {
  const byNode = new Map(agents.map(({ node, host }) => [node, host]))
  return nodes.flatMap(({ node, zone, ready, cordoned }) => {
    const ip = byNode.get(node)
    const isUsable = ip !== undefined && ready && !cordoned && isIPv6(ip) === (addressType === 'IPv6')
    return isUsable ? [{ node, zone, ip }] : []
  })
}

function slicesPath(namespace: string): string {
  return `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`
}

function troubleOf({ namespace, service }: CanaryParts, error: ApiError): string {
  const then = 'so a kube-proxy that stopped updating is not found'
  if (isMissing(error)) return `There is no Service ${service} in namespace ${namespace}, ${then} (${error.message})`
  return error.status === 403
    ? `May not get services, or list, create and update endpointslices in namespace ${namespace}, ${then}; grant it there in a Role (${error.message})`
    : `Could not rewrite the canary Service ${service} in namespace ${namespace}, ${then} (${error.message})`
}
