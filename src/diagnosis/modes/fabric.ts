import { kind, kinds } from '../kinds.ts'
import { failureShare } from '../loss.ts'
import { type Mode, silent } from './mode.ts'

/** Above this share it is no diffuse loss any more. */
const atMost = 0.3

/** A little is lost everywhere: one of many equal paths is bad. */
export const fabricLoss: Mode = {
  fault: 'fabric_loss',
  suspect: 'cluster',
  fails: (known, _role, severity) =>
    severity > atMost || kinds[known]?.place === 'own' ? 0 : failureShare(known, severity, severity),
  profile: silent,
  patience: 'careful',
  everywhere: kind.udp,
}
