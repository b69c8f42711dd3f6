import { parseArgs } from 'node:util'

import { up as bootLab } from '../lab/cluster.ts'
import { planLab } from '../lab/plan.ts'
import { type LabCommand, log } from './command.ts'

const options = {
  nodes: { type: 'string', default: '6' },
  zones: { type: 'string', default: '3' },
  dns: { type: 'string', default: '2' },
  'dual-stack': { type: 'boolean', default: false },
  proxy: { type: 'string', default: 'iptables' },
} as const

export const up: LabCommand = {
  usage: 'up [--nodes 6] [--zones 3] [--dns 2] [--dual-stack] [--proxy nftables]',
  doc: 'builds what is missing and boots a cluster, in the place of the one before',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options })
    const { proxy } = values
    if (proxy !== 'iptables' && proxy !== 'nftables') throw new Error(`--proxy is iptables or nftables, not ${proxy}`)
    const plan = planLab({
      nodes: numberFrom('--nodes', values.nodes, 1, 60),
      zones: numberFrom('--zones', values.zones, 1, 10),
      dnsReplicas: numberFrom('--dns', values.dns, 2, 6),
      dualStack: values['dual-stack'],
      proxyMode: proxy,
    })
    await bootLab(plan, log)
    log('\nnext: npm run lab -- helm install meshprobe charts/meshprobe -n meshprobe --create-namespace')
    return 0
  },
}

function numberFrom(flag: string, text: string, min: number, max: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= min && number <= max) return number
  throw new Error(`${flag} is a whole number from ${min} to ${max}, not ${text}`)
}
