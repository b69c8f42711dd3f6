import { kubectl } from '../lab/kubectl.ts'
import { type LabFault, lost } from './fault.ts'
import { frozen } from './frozen.ts'
import type { Place, Scene } from './scene.ts'

const hung = frozen((target) => [`kube-proxy-${target}`])

/** Half of the agents elsewhere: then every second connection from this node meets an address that is gone. */
function replaced(target: string, { agents }: Scene): readonly Place[] {
  return agents.filter(({ host }) => host !== target).slice(0, 3)
}

const throughService: ReadonlySet<string> = new Set(['clusterip', 'service_canary'])

export const kubeProxyStopped: LabFault = {
  name: 'kube_proxy_stopped',
  doc: 'the kube-proxy of a node hangs; then pods behind Services are replaced',
  target: 'node',
  example: () => 'w6',
  async set(target, scene) {
    await hung.set(target, scene)
    const names = replaced(target, scene).flatMap(({ pod }) => pod?.split('/')[1] ?? [])
    await kubectl(['-n', 'meshprobe', 'delete', 'pod', '--wait=true', ...names])
    await kubectl(['-n', 'meshprobe', 'rollout', 'status', 'daemonset', '--timeout=60s'])
  },
  heal: hung.heal,
  fails: ({ check, source, target }, node) =>
    (throughService.has(check) && source === node) || (check === 'nodeport' && target === node) ? 'some' : lost(false),
  replacesPods: true,
  reasons: ['timeout', 'unreachable', 'wrong_peer'],
  finding: (target, scene) => {
    const words = replaced(target, scene).map(({ ip }) => ip)
    return { fault: 'kube_proxy', entity: target, words }
  },
}
