import {
  fabricNetns,
  type Host,
  hostsOf,
  type LabNode,
  loadBalancerCidr,
  operatorNetns,
  type Plan,
  serviceCidrs,
} from './plan.ts'
import { run } from './run.ts'

/** Makes the namespaces of a plan and joins them. Nothing is added to the host's own, and none leads out. */
export async function wire(plan: Plan): Promise<void> {
  await inHost(['netns', 'add', fabricNetns], ['netns', 'add', operatorNetns])
  await inside(fabricNetns, ['link', 'set', 'lo', 'up'], ['link', 'add', 'br0', 'type', 'bridge'])
  await inside(fabricNetns, ['link', 'set', 'br0', 'up'])
  await inside(operatorNetns, ['link', 'set', 'lo', 'up'])
  await Promise.all(hostsOf(plan).map((host) => plugIn(host)))
  await Promise.all([...plan.nodes.map((node) => routesOfNode(plan, node)), routesOfServers(plan)])
  await routesOfOperator(plan)
}

async function plugIn({ name, netns, ips, operator }: Host): Promise<void> {
  await inHost(['netns', 'add', netns])
  await inside(fabricNetns, ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns])
  await inside(fabricNetns, ['link', 'set', name, 'master', 'br0', 'up'])
  await inside(operatorNetns, ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'op0', 'netns', netns])
  await inside(operatorNetns, ['addr', 'add', `${operator.there}/31`, 'dev', name], ['link', 'set', name, 'up'])
  // Without `nodad` an IPv6 address waits a second for somebody else to claim it.
  const addresses = ips.map((ip) => [
    'addr',
    'add',
    ip + (ip.includes(':') ? '/64' : '/24'),
    'dev',
    'eth0',
    ...nodad(ip),
  ])
  await inside(netns, ['link', 'set', 'lo', 'up'], ...addresses, ['addr', 'add', `${operator.here}/31`, 'dev', 'op0'])
  await inside(netns, ['link', 'set', 'eth0', 'up'], ['link', 'set', 'op0', 'up'])
  await run('sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'], { netns })
}

/** A node's own range leads nowhere but to the pods that it has, as with the CNIs that deal out ranges. */
async function routesOfNode(plan: Plan, { name, netns, podCidrs }: LabNode): Promise<void> {
  const defaults = plan.internet.ips.map((ip) => route('default', ip))
  const nowhere = podCidrs.map((cidr) => [...sixth(cidr), 'route', 'add', 'blackhole', cidr])
  await inside(netns, ...defaults, ...nowhere, ...routesToPods(plan, name))
}

async function routesOfServers(plan: Plan): Promise<void> {
  for (const host of [plan.internet, plan.controlPlane, ...plan.apiServers]) {
    await inside(host.netns, ...routesToPods(plan))
  }
}

/** The operator reaches everything over the links of its own, so it sees what goes on while the fabric is broken. */
async function routesOfOperator(plan: Plan): Promise<void> {
  const hosts = hostsOf(plan).flatMap(({ ips, operator }) =>
    ips.slice(0, 1).map((ip) => route(`${ip}/32`, operator.here)),
  )
  const pods = plan.nodes.flatMap(({ podCidrs, operator }) =>
    podCidrs.slice(0, 1).map((pod) => route(pod, operator.here)),
  )
  const services = plan.nodes.slice(0, 1).map(({ operator }) => route(serviceCidrs[0], operator.here))
  await inside(operatorNetns, ...hosts, ...pods, ...services, route(loadBalancerCidr, plan.internet.operator.here))
}

function routesToPods(plan: Plan, except = ''): readonly (readonly string[])[] {
  return plan.nodes
    .filter(({ name }) => name !== except)
    .flatMap(({ podCidrs, ips }) =>
      podCidrs.flatMap((pods, family) => {
        const via = ips[family]
        return via === undefined ? [] : [route(pods, via)]
      }),
    )
}

function route(to: string, via: string): readonly string[] {
  return [...sixth(via), 'route', 'add', to, 'via', via]
}

/** What `ip` wants to be told for an IPv6 route. */
function sixth(address: string): readonly string[] {
  return address.includes(':') ? ['-6'] : []
}

function nodad(ip: string): readonly string[] {
  return ip.includes(':') ? ['nodad'] : []
}

async function inHost(...commands: readonly (readonly string[])[]): Promise<void> {
  for (const command of commands) await run('ip', command)
}

/** Several commands of `ip` by one process, so that a large lab is wired in a second. */
async function inside(netns: string, ...commands: readonly (readonly string[])[]): Promise<void> {
  const plain = commands.filter((command) => command[0] !== '-6').map((command) => command.join(' '))
  const ofSix = commands.filter((command) => command[0] === '-6').map((command) => command.slice(1).join(' '))
  if (plain.length > 0) await run('ip', ['-n', netns, '-batch', '-'], { input: `${plain.join('\n')}\n` })
  if (ofSix.length > 0) await run('ip', ['-6', '-n', netns, '-batch', '-'], { input: `${ofSix.join('\n')}\n` })
}
