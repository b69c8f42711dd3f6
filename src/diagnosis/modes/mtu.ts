import { kind } from '../kinds.ts'
import { failureShare } from '../loss.ts'
import { type Mode, silent } from './mode.ts'

const common = {
  fault: 'mtu',
  profile: silent,
  patience: 'careful',
  fails: (known: number, _role: number, severity: number) =>
    known === kind.mtu ? failureShare(known, severity, severity) : 0,
} as const

/**
 * Large packets vanish at this node. No restart looks like that: who is gone loses the small ones too. Where half of them
 * vanish, three of four do not come back.
 */
export const mtuOfNode: Mode = { ...common, suspect: 'node', patience: 'quick', hardFrom: 0.5 }

/** Large packets vanish between these zones. */
export const mtuBetweenZones: Mode = { ...common, suspect: 'border' }

/** Large packets vanish between any pods: what wraps packets between nodes leaves them less room than their pods think. */
export const mtuEverywhere: Mode = { ...common, suspect: 'cluster', everywhere: kind.mtu, faintest: 0.5 }
