import { faultsSet } from '../faults/set-fault.ts'
import { thisLab } from '../lab/cluster.ts'
import { tryKubectl } from '../lab/kubectl.ts'
import { remains } from '../lab/sweep.ts'
import type { LabCommand } from './command.ts'

export const status: LabCommand = {
  usage: 'status',
  doc: 'what is there: nodes, pods that are not ready, faults that are set',
  async run() {
    const { nodes, dualStack, proxyMode } = await thisLab()
    const { processes, mounts } = await remains()
    const faults = await faultsSet()
    const kinds = `${dualStack ? 'dual stack' : 'IPv4'}, kube-proxy with ${proxyMode}`
    console.log(`${nodes.length} nodes (${kinds}), ${processes.length} processes, ${mounts.length} mounts`)
    console.log(`faults: ${faults.length === 0 ? 'none' : faults.join(' ')}`)
    const answered = [await said('nodes', '-o', 'wide'), await said('pods', '-A', '-o', 'wide')]
    return answered.every((code) => code === 0) ? 0 : 1
  },
}

async function said(...what: readonly string[]): Promise<number | string> {
  const { stdout, stderr, code } = await tryKubectl(['get', ...what, '--request-timeout=5s'])
  process.stdout.write(`\n${stdout}${stderr}`)
  return code
}
