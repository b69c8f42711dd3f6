import { rename } from 'node:fs/promises'

import { cniConfigOf } from '../lab/node.ts'
import type { LabFault } from './fault.ts'

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    // It is where it should be already.
    if (error.code !== 'ENOENT') throw error
  })
}

export const cniDeleted: LabFault = {
  name: 'cni_deleted',
  doc: 'the configuration of the CNI plug-in of a node is gone: new pods cannot start, those there go on',
  target: 'node',
  example: () => 'w1',
  set: (target) => move(cniConfigOf(target), `${cniConfigOf(target)}.gone`),
  heal: (target) => move(`${cniConfigOf(target)}.gone`, cniConfigOf(target)),
  reasons: [],
  finding: () => 'none',
}
