import type { Finding } from '../model/finding.ts'
import type { ActiveTruth } from './simulate.ts'

/** Whether a finding speaks of the entity of a fault, whatever it says of it. */
export function isAbout({ fault, entity }: Finding, truth: ActiveTruth): boolean {
  const name = nameOf(entity)
  // That an agent starves is not what is wrong with its node, and may be true beside it.
  const isOther = fault === 'agent_slow' && truth.fault !== fault
  return (
    (name === truth.entity && !isOther) ||
    truth.alsoAccepted.some((also) => also.fault === fault && also.entity === name)
  )
}

export function nameOf({ name, endpoint = name }: Finding['entity']): string {
  return endpoint
}

export function isExactFault({ fault, entity }: Finding, truth: ActiveTruth): boolean {
  return (
    fault === truth.fault || truth.alsoAccepted.some((also) => also.fault === fault && also.entity === nameOf(entity))
  )
}

export function isExactEntity({ entity }: Finding, truth: ActiveTruth): boolean {
  const name = nameOf(entity)
  return name === truth.entity || truth.alsoAccepted.some((also) => also.entity === name)
}
