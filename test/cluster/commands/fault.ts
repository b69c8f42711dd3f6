import { labFaults, readFault, setFault } from '../faults/set-fault.ts'
import { thisLab } from '../lab/cluster.ts'
import type { LabCommand } from './command.ts'

export const fault: LabCommand = {
  usage: 'fault [NAME=TARGET …]',
  doc: 'breaks something; without a name, lists what can be broken',
  async run(args) {
    if (args.length === 0) return list()
    const plan = await thisLab()
    for (const written of args.map(readFault)) await setFault(written, plan)
    return 0
  },
}

function list(): number {
  const width = Math.max(...labFaults.map(({ name, target }) => name.length + target.length)) + 1
  for (const { name, target, doc } of labFaults) console.log(`${`${name}=${target}`.padEnd(width)}  ${doc}`)
  return 0
}
