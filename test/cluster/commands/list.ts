import type { LabCommand } from './command.ts'
import { down } from './down.ts'
import { fault } from './fault.ts'
import { heal } from './heal.ts'
import { helm, kubectl } from './passed-on.ts'
import { prepare } from './prepare.ts'
import { shell } from './shell.ts'
import { soak } from './soak.ts'
import { status } from './status.ts'
import { table } from './table.ts'
import { up } from './up.ts'

/** Every command. To add one: write its file, then add it here. */
export const commands: Readonly<Record<string, LabCommand>> = {
  up,
  status,
  kubectl,
  helm,
  shell,
  fault,
  heal,
  down,
  prepare,
  table,
  soak,
}
