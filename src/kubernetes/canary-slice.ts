import type { CanaryGeneration } from '../model/peer.ts'
import { list, record, text, texts, wholeNumber } from './json.ts'

/** When the generation that the slice shows began, in ms of the wall clock. */
const sinceAnnotation = 'meshprobe.io/generation-ms'
/** The generations before it, and those that will come: who looks seldom has missed some, and will miss others. */
const historyAnnotation = 'meshprobe.io/generations'
const historyBytes = 16 * 1024

/** What the EndpointSlice of the canary Service says of its generations. */
export interface CanaryHistory {
  /** Oldest first; the last one is that of the slice. */
  readonly past: readonly CanaryGeneration[]
  /** When each is due; nobody knows that it will come in time, or at all. */
  readonly planned: readonly CanaryGeneration[]
}

export interface CanaryEndpoint {
  readonly node: string
  readonly zone: string
  readonly ip: string
}

export interface CanarySlice {
  readonly namespace: string
  /** Of the slice, and of its Service. */
  readonly name: string
  readonly addressType: 'IPv4' | 'IPv6'
  readonly port: number
  readonly endpoints: readonly CanaryEndpoint[]
  readonly history: CanaryHistory
  /** The Service: with it the slice goes away. */
  readonly owner: { readonly uid: string }
}

/** The object to write. */
export function canarySlice(slice: CanarySlice) {
  const { namespace, name, addressType, port, endpoints, history, owner } = slice
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType },
    metadata: {
      ...{ name, namespace },
      labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'meshprobe' },
      annotations: {
        [sinceAnnotation]: String(history.past.at(-1)?.sinceMs ?? 0),
        [historyAnnotation]: JSON.stringify(history),
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: owner.uid }],
    },
    ports: [{ name: 'probe', port, protocol: 'TCP' }],
    endpoints: endpoints.map(({ node, zone, ip }) => ({
      addresses: [ip],
      conditions: { ready: true },
      nodeName: node,
      ...(zone !== '' && { zone }),
    })),
  }
}

/** What a slice tells of its generations: empty where it tells nothing that we understand. */
export function canaryHistoryIn(slice: unknown): CanaryHistory {
  const written = text(record(record(record(slice)['metadata'])['annotations'])[historyAnnotation])
  if (written.length > historyBytes) return { past: [], planned: [] }
  const { past, planned } = parsed(written)
  return { past: generationsIn(past), planned: generationsIn(planned) }
}

/** When the generation that a slice shows began; 0 when it does not say. */
export function canarySinceMs(slice: unknown): number {
  const ms = Number(text(record(record(record(slice)['metadata'])['annotations'])[sinceAnnotation]))
  return Number.isSafeInteger(ms) && ms > 0 ? ms : 0
}

function generationsIn(value: unknown): readonly CanaryGeneration[] {
  return list(value).flatMap((one) => {
    const { sinceMs, nodes } = record(one)
    return wholeNumber(sinceMs) > 0 ? [{ sinceMs: wholeNumber(sinceMs), nodes: texts(nodes) }] : []
  })
}

function parsed(written: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(written))
  } catch {
    return {}
  }
}
