import { isIP } from 'node:net'

import { list, record, text, wholeNumber } from '../../kubernetes/json.ts'

/** What is kept of an agent's Pod. */
export interface PodFacts {
  readonly uid: string
  /** Empty while it is not scheduled. */
  readonly node: string
  readonly createdMs: number
  /** The kubelet's view, as far as it may still get packets. */
  readonly ready: boolean
  readonly terminating: boolean
  /** The preferred family first; empty when it has none, or none any more. */
  readonly ips: readonly string[]
  /** The port called `metrics`; 0 when it has none. */
  readonly port: number
}

export function podFacts(pod: unknown): PodFacts {
  const { metadata, spec, status } = record(pod)
  const { uid, creationTimestamp, deletionTimestamp } = record(metadata)
  const { phase, podIPs } = record(status)
  const terminating = text(deletionTimestamp) !== ''
  // Its address may be another pod's by now.
  const ended = phase === 'Failed' || phase === 'Succeeded'
  const ips = list(podIPs).flatMap((one) => text(record(one)['ip']) || [])
  return {
    uid: text(uid),
    node: text(record(spec)['nodeName']),
    createdMs: Date.parse(text(creationTimestamp)) || 0,
    ready: !terminating && !ended && isReady(status),
    terminating,
    ips: ended ? [] : ips.filter((ip) => isIP(ip) !== 0),
    port: metricsPort(spec),
  }
}

function isReady(status: unknown): boolean {
  return list(record(status)['conditions'])
    .map(record)
    .some(({ type, status }) => type === 'Ready' && status === 'True')
}

function metricsPort(spec: unknown): number {
  const ports = list(record(spec)['containers']).flatMap((container) => list(record(container)['ports']))
  return wholeNumber(ports.map(record).find(({ name }) => name === 'metrics')?.['containerPort'])
}
