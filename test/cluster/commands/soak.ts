import { join } from 'node:path'

import { refuseOutdated } from '../lab/cluster.ts'
import { operatorNetns } from '../lab/plan.ts'
import type { LabCommand } from './command.ts'
import { passOn } from './passed-on.ts'

export const soak: LabCommand = {
  usage: 'soak [--minutes 30] [--round 10s]',
  doc: 'breaks nothing, and listens whether anything is named; what came of it goes into docs/lab.md',
  async run(args) {
    await refuseOutdated()
    return passOn(operatorNetns, [process.execPath, join(import.meta.dirname, '..', 'soak.ts'), ...args])
  },
}
