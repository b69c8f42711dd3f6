import { kind } from '../kinds.ts'
import { failureShare } from '../loss.ts'
import { role } from '../roles.ts'
import { type Mode, silent } from './mode.ts'

const common = { gray: 'zone_loss', profile: silent, patience: 'quick' } as const

/** Two zones lose what they send each other. */
export const zoneCut: Mode = {
  ...common,
  fault: 'zone_cut',
  suspect: 'border',
  fails: (known, _role, severity) => across(known, severity, severity),
}

/** What one zone sends to another is lost; the way back works. */
export const zoneOneWay: Mode = {
  ...common,
  fault: 'zone_one_way',
  suspect: 'direction',
  fails: (known, at, severity) => (at === role.forward ? across(known, severity, 0) : across(known, 0, severity)),
}

/** A zone loses what crosses its border, whichever the other zone is. */
export const zoneIsolated: Mode = {
  ...common,
  fault: 'zone_isolated',
  suspect: 'zone',
  fails: (known, _role, severity) => across(known, severity, severity),
  members: [kind.oneWay],
}

/** What joins the pods of two zones may break alone: that hosts reach each other acquits nobody. */
function across(known: number, there: number, back: number): number {
  const share = failureShare(known, there, back)
  return known === kind.host || known === kind.nodePort ? 0.5 * share : share
}
