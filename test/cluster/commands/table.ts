import { join } from 'node:path'

import { refuseOutdated } from '../lab/cluster.ts'
import { operatorNetns } from '../lab/plan.ts'
import type { LabCommand } from './command.ts'
import { passOn } from './passed-on.ts'

export const table: LabCommand = {
  usage: 'table [--round 10s] [--cells] [FAULT...]',
  doc: 'sets every fault once, or those named; what aggregators said, or the raw cells showed, goes into docs/lab.md',
  async run(names) {
    await refuseOutdated()
    return passOn(operatorNetns, [process.execPath, join(import.meta.dirname, '..', 'table.ts'), ...names])
  },
}
