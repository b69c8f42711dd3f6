import { getJson } from '../lab/kubectl.ts'

/** An Event by which an aggregator told a finding. */
export interface FoundEvent {
  readonly seconds: number
  readonly type: string
  readonly reason: string
  /** `Node/w3`, `Pod/coredns-…`. */
  readonly about: string
  readonly message: string
  readonly by: string
}

interface Events {
  readonly items: readonly {
    readonly metadata: { readonly creationTimestamp: string }
    readonly type: string
    readonly reason: string
    readonly message: string
    readonly reportingInstance?: string
    readonly involvedObject: { readonly kind: string; readonly name: string }
  }[]
}

/** Of the release in `meshprobe`, since a moment, oldest first. The API server has whole seconds. */
export async function findingEvents(sinceMs: number): Promise<readonly FoundEvent[]> {
  const { items } = await getJson<Events>('events', '-A', '-l', 'meshprobe.io/aggregator=meshprobe')
  return items
    .map(({ metadata, type, reason, message, involvedObject: { kind, name }, reportingInstance = '' }) => ({
      seconds: (Date.parse(metadata.creationTimestamp) - Math.floor(sinceMs / 1000) * 1000) / 1000,
      ...{ type, reason, message, about: `${kind}/${name}`, by: reportingInstance },
    }))
    .filter(({ seconds }) => seconds >= 0)
    .sort((a, b) => a.seconds - b.seconds)
}
