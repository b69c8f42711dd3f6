import type { Finding } from '../../../src/model/finding.ts'
import type { Place } from '../faults/scene.ts'

/** What one aggregator said of one finding, when we heard it by our own clock. */
export interface Telling {
  readonly atMs: number
  /** The aggregator. */
  readonly by: Place
  readonly id: string
  readonly fault: string
  readonly entity: string
  readonly state: Finding['state']
  readonly text: string
}

interface Heard {
  readonly atMs: number
  readonly by: Place
  readonly before: readonly Finding[]
  readonly now: readonly Finding[]
}

/** What changed from one list of an aggregator to its next. What is no longer in the list has closed. */
export function changesOf({ atMs, by, before, now }: Heard): readonly Telling[] {
  const known = new Map(before.map((finding) => [finding.id, finding]))
  const there = new Set(now.map(({ id }) => id))
  const tell = ({ id, fault, entity, state, text }: Finding): Telling => ({
    ...{ atMs, by, id, fault, entity: entity.name, state, text },
  })
  const changed = now.filter((finding) => !saysTheSame(known.get(finding.id), finding))
  const gone = before.filter(({ id, state }) => !there.has(id) && state !== 'closed')
  return [...changed.map(tell), ...gone.map((finding) => ({ ...tell(finding), state: 'closed' as const }))]
}

function saysTheSame(a: Finding | undefined, b: Finding): boolean {
  return a !== undefined && a.fault === b.fault && a.entity.name === b.entity.name && a.state === b.state
}
