import { join } from 'node:path'

import { operatorNetns } from '../lab/plan.ts'
import type { LabCommand } from './command.ts'
import { passOn } from './passed-on.ts'

export const table: LabCommand = {
  usage: 'table [FAULT...]',
  doc: 'sets every fault once, or those named; what was seen goes into docs/lab.md, rounds are kept: twenty minutes',
  run: (names) => passOn(operatorNetns, [process.execPath, join(import.meta.dirname, '..', 'table.ts'), ...names]),
}
