import { applyCrds } from './crds.ts'
import { apply } from './kubectl.ts'
import { adminKubeconfig, bin } from './paths.ts'
import { loadBalancerCidr, type Plan } from './plan.ts'
import { start } from './processes.ts'

const namespace = 'metallb-system'

/**
 * MetalLB in its layer 2 mode: the controller gives load balancers an address, and the speaker on the first node answers
 * ARP for it. As processes and not as pods, so they cost less; speakers find each other as pods only, so there is one.
 */
export async function startLoadBalancer(plan: Plan): Promise<void> {
  await applyCrds('metallb')
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: settings() }))
  const common = ['--kubeconfig', adminKubeconfig, '--namespace', namespace, '--log-level', 'warn']
  const { netns } = plan.controlPlane
  const alone = ['--webhook-mode', 'disabled', '--disable-cert-rotation']
  await start({ name: 'metallb-controller', netns, command: [bin('metallb-controller'), ...common, ...alone] })
  const [first] = plan.nodes
  if (first === undefined) return
  const members = ['--ml-bindaddr', first.ips[0] ?? '', '--ml-bindport', '7946', '--ml-labels', 'app=speaker']
  const speaker = [bin('metallb-speaker'), ...common, '--node-name', first.name, '--host', '127.0.0.1', ...members]
  await start({ name: 'metallb-speaker', netns: first.netns, command: speaker })
}

function settings(): readonly object[] {
  const own = (kind: string, spec: object) => ({
    ...{ apiVersion: 'metallb.io/v1beta1', kind, metadata: { name: 'lab', namespace }, spec },
  })
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    own('IPAddressPool', { addresses: [loadBalancerCidr] }),
    own('L2Advertisement', { ipAddressPools: ['lab'], interfaces: ['eth0'] }),
  ]
}
