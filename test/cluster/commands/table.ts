import { join } from 'node:path'

import { operatorNetns } from '../lab/plan.ts'
import type { LabCommand } from './command.ts'
import { passOn } from './passed-on.ts'

export const table: LabCommand = {
  usage: 'table',
  doc: 'sets every fault once, writes what was seen into docs/lab.md and keeps the rounds: twenty minutes',
  run: () => passOn(operatorNetns, [process.execPath, join(import.meta.dirname, '..', 'table.ts')]),
}
