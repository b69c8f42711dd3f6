import { writeFile } from 'node:fs/promises'
import { adminKubeconfig, bin, inState } from './paths.ts'
import { apiPort, type Host, operatorNetns, type Plan, serviceCidrs } from './plan.ts'
import { start } from './processes.ts'
import { attempt } from './run.ts'
import { until } from './until.ts'

/** etcd, the API servers, a load balancer in front of them, controller-manager and scheduler. */
export async function startControlPlane(plan: Plan): Promise<void> {
  const { netns, ips } = plan.controlPlane
  const etcd = `http://${ips[0]}:2379`
  await start({ name: 'etcd', netns, command: [bin('etcd'), ...etcdArguments(etcd)] })
  await Promise.all(plan.apiServers.map((host) => startApiServer(plan, host, etcd)))
  await writeFile(inState('haproxy.cfg'), haproxyConfig(plan))
  await start({ name: 'haproxy', netns, command: ['haproxy', '-db', '-f', inState('haproxy.cfg')] })
  await until({ what: 'the API servers getting ready', timeoutMs: 60_000 }, apiReady)
  await start({ name: 'controller-manager', netns, command: controllerManager() })
  await start({ name: 'scheduler', netns, command: scheduler() })
}

/** A lab has nothing to lose, so etcd does not wait for the disk. */
function etcdArguments(url: string): readonly string[] {
  const clients = ['--listen-client-urls', `${url},http://127.0.0.1:2379`, '--advertise-client-urls', url]
  const quick = ['--unsafe-no-fsync', '--log-level', 'warn', '--listen-peer-urls', 'http://127.0.0.1:2380']
  return ['--data-dir', inState('etcd'), ...clients, ...quick]
}

async function startApiServer(plan: Plan, { name, netns, ips }: Host, etcd: string): Promise<void> {
  const pki = (file: string) => inState('pki', file)
  const identity = ['--advertise-address', ips[0] ?? '', '--bind-address', plan.dualStack ? '::' : '0.0.0.0']
  const tls = ['--tls-cert-file', pki('apiserver.crt'), '--tls-private-key-file', pki('apiserver.key')]
  const accounts = [
    ...['--service-account-key-file', pki('accounts.key'), '--service-account-signing-key-file', pki('accounts.key')],
    ...['--service-account-issuer', 'https://kubernetes.default.svc'],
  ]
  // The names of nodes are in no DNS, so logs and exec go by address.
  const kubelets = [
    ...['--kubelet-client-certificate', pki('admin.crt'), '--kubelet-client-key', pki('admin.key')],
    ...['--kubelet-preferred-address-types', 'InternalIP'],
  ]
  const services = serviceCidrs.slice(0, plan.dualStack ? 2 : 1).join(',')
  const others = ['--etcd-servers', etcd, '--secure-port', String(apiPort), '--service-cluster-ip-range', services]
  const rights = ['--client-ca-file', pki('ca.crt'), '--authorization-mode', 'Node,RBAC', '--allow-privileged']
  const command = [bin('kube-apiserver'), ...identity, ...tls, ...accounts, ...kubelets, ...others, ...rights]
  await start({ name: `apiserver-${name}`, netns, command: [...command, '--cert-dir', inState('apiserver', name)] })
}

/** Asks the API servers themselves whether they are ready, as a cloud's load balancer does. */
function haproxyConfig(plan: Plan): string {
  const servers = plan.apiServers.map(({ name, ips }) => `  server ${name} ${ips[0]}:${apiPort}`)
  const check = 'check check-ssl verify none inter 1s fastinter 500ms downinter 1s fall 2 rise 1'
  const lines = [
    ...['defaults', '  mode tcp', '  timeout connect 2s', '  timeout client 1h', '  timeout server 1h'],
    ...['listen api', `  bind ${plan.controlPlane.ips[0]}:${apiPort}`, '  option httpchk GET /readyz'],
    ...['  default-server on-marked-down shutdown-sessions', ...servers.map((server) => `${server} ${check}`)],
  ]
  return `${lines.join('\n')}\n`
}

function controllerManager(): readonly string[] {
  const pki = (file: string) => inState('pki', file)
  return [
    bin('kube-controller-manager'),
    ...['--kubeconfig', inState('controller-manager.kubeconfig'), '--use-service-account-credentials'],
    ...['--service-account-private-key-file', pki('accounts.key'), '--root-ca-file', pki('ca.crt')],
    ...['--allocate-node-cidrs=false', '--leader-elect=false', '--node-monitor-grace-period=40s'],
    ...['--cert-dir', inState('controller-manager')],
  ]
}

function scheduler(): readonly string[] {
  const kubeconfig = inState('scheduler.kubeconfig')
  return [bin('kube-scheduler'), '--kubeconfig', kubeconfig, '--leader-elect=false', '--cert-dir', inState('scheduler')]
}

async function apiReady(): Promise<true | undefined> {
  const args = ['--kubeconfig', adminKubeconfig, 'get', '--raw', '/readyz']
  const { code } = await attempt(bin('kubectl'), args, { netns: operatorNetns, timeoutMs: 5000 })
  return code === 0 ? true : undefined
}
