import { faultsSet, healAll, healFault, readFault } from '../faults/set-fault.ts'
import { thisLab } from '../lab/cluster.ts'
import type { LabCommand } from './command.ts'

export const heal: LabCommand = {
  usage: 'heal [NAME=TARGET …]',
  doc: 'mends what is named; without a name, all that is set',
  async run(args) {
    await thisLab()
    if (args.length === 0) {
      const healed = await healAll()
      console.log(healed.length === 0 ? 'nothing was broken' : `healed: ${healed.join(' ')}`)
      return 0
    }
    const set = await faultsSet()
    const unknown = args.filter((written) => !set.includes(written))
    if (unknown.length > 0) throw new Error(`not set: ${unknown.join(' ')}; set: ${set.join(' ') || 'none'}`)
    for (const written of args) await healFault(readFault(written))
    return 0
  },
}
