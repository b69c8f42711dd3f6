import { kubectl } from '../lab/kubectl.ts'

/** What the account of agents or aggregators may do in a namespace beyond what every account may, as kubectl lists it. */
export async function rightsOf(component: 'agent' | 'aggregator', namespace: string): Promise<readonly string[]> {
  const account = `system:serviceaccount:meshprobe:meshprobe-${component}`
  const asked = ['auth', 'can-i', '--list', '--as', account, '-n', namespace, '--no-headers']
  const lines = (await kubectl(asked)).split('\n').filter((line) => line !== '' && !isEverybodys(line))
  return lines.map((line) => line.replaceAll(/\s+/g, ' ').trim()).sort()
}

/** To ask who it is and what it may, health, and which resources there are. */
function isEverybodys(line: string): boolean {
  return /^selfsubject\w+\.|^\s+\[/.test(line)
}
