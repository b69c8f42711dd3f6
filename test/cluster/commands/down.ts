import { down as endLab } from '../lab/cluster.ts'
import type { LabCommand } from './command.ts'

export const down: LabCommand = {
  usage: 'down',
  doc: 'ends and removes everything of the lab; what was built stays in its cache',
  async run() {
    await endLab()
    return 0
  },
}
