import { prepare as build } from '../lab/cluster.ts'
import { type LabCommand, log } from './command.ts'

export const prepare: LabCommand = {
  usage: 'prepare',
  doc: 'installs and builds what a lab is made of, and boots none',
  async run() {
    await build(log)
    return 0
  },
}
