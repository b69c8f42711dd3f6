import { list, record, text } from '../../kubernetes/json.ts'

/** What is kept of a Node: 200 bytes of its 20,000. */
export interface NodeFacts {
  readonly zone: string
  readonly cordoned: boolean
  /** Its own addresses inside the cluster. */
  readonly ips: readonly string[]
}

export function nodeFacts(node: unknown): NodeFacts {
  const { metadata, spec, status } = record(node)
  const ips = list(record(status)['addresses']).flatMap((one) => {
    const { type, address } = record(one)
    return type === 'InternalIP' ? [text(address)] : []
  })
  return {
    zone: text(record(record(metadata)['labels'])['topology.kubernetes.io/zone']),
    cordoned: record(spec)['unschedulable'] === true,
    ips,
  }
}
