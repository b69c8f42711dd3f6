import { thisLab } from '../lab/cluster.ts'
import { hostsOf, operatorNetns } from '../lab/plan.ts'
import type { LabCommand } from './command.ts'
import { passOn } from './passed-on.ts'

export const shell: LabCommand = {
  usage: 'shell [NODE] [COMMAND …]',
  doc: 'a shell, or one command, in the network of a node; without one, in that of the operator',
  async run([name = 'operator', ...command]) {
    const hosts = [...hostsOf(await thisLab()), { name: 'operator', netns: operatorNetns }]
    const host = hosts.find((candidate) => candidate.name === name)
    if (host === undefined) throw new Error(`no host ${name}; known: ${hosts.map((known) => known.name).join(', ')}`)
    return passOn(host.netns, command.length > 0 ? command : [process.env['SHELL'] ?? 'sh'])
  },
}
