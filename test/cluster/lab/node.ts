import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { makeCgroup } from './cgroups.ts'
import { startContainerd } from './containerd.ts'
import { bin, containerdSocket, inState } from './paths.ts'
import { dnsServiceIp, type LabNode, labPrefix, type Plan, podCidrs } from './plan.ts'
import { start } from './processes.ts'

/** containerd, kubelet and kube-proxy of one node. */
export async function startNode(plan: Plan, node: LabNode, loadedImages: string): Promise<void> {
  const { name, netns } = node
  await mkdir(inFolder(name, 'cni'), { recursive: true })
  await mkdir(inFolder(name, 'manifests'), { recursive: true })
  await makeCgroup(name)
  await writeFile(cniConfigOf(name), json(cniConfig(node)))
  await writeFile(inFolder(name, 'kubelet.yaml'), json(kubeletConfig(node)))
  await writeFile(inFolder(name, 'kube-proxy.yaml'), json(proxyConfig(plan, name)))
  await startContainerd(name, netns, loadedImages)
  await startKubelet(node)
  const proxy = [bin('kube-proxy'), '--config', inFolder(name, 'kube-proxy.yaml')]
  await start({ name: `kube-proxy-${name}`, netns, command: proxy })
}

/** It makes its Node when it starts, and not again when that is deleted later. */
export async function startKubelet({ name, netns, ips, zone }: LabNode): Promise<void> {
  const files = ['--config', inFolder(name, 'kubelet.yaml'), '--kubeconfig', inState(`kubelet-${name}.kubeconfig`)]
  const folders = ['--root-dir', inFolder(name, 'kubelet'), '--cert-dir', inFolder(name, 'pki')]
  const identity = ['--hostname-override', name, '--node-ip', ips.join(',')]
  const labels = ['--node-labels', `topology.kubernetes.io/zone=${zone}`]
  const kubelet = [bin('kubelet'), ...files, ...folders, ...identity, ...labels]
  await start({ name: `kubelet-${name}`, netns, command: kubelet })
}

/** What tells a node's containerd how to give a pod its network. */
export function cniConfigOf(node: string): string {
  return inFolder(node, join('cni', '10-lab.conflist'))
}

function inFolder(node: string, file: string): string {
  return inState('node', node, file)
}

/** A veth per pod with a route to it, and routes between the nodes: as kindnet does it. */
function cniConfig({ name, podCidrs }: LabNode): object {
  const ranges = podCidrs.map((subnet) => [{ subnet }])
  const routes = podCidrs.map((cidr) => ({ dst: cidr.includes(':') ? '::/0' : '0.0.0.0/0' }))
  const ipam = { type: 'host-local', dataDir: inFolder(name, 'ipam'), ranges, routes }
  const plugins = [
    { type: 'ptp', ipMasq: false, mtu: 1500, ipam },
    { type: 'portmap', capabilities: { portMappings: true } },
  ]
  return { cniVersion: '0.4.0', name: 'lab', plugins }
}

function kubeletConfig({ name, ips, podCidrs }: LabNode): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: ips.length > 1 ? '::' : ips[0],
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: inState('pki', 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${labPrefix}${name}`,
    clusterDNS: [dnsServiceIp],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: `unix://${containerdSocket(name)}`,
    enforceNodeAllocatable: [],
    evictionHard: {},
    failCgroupV1: false,
    failSwapOn: false,
    healthzBindAddress: '127.0.0.1',
    imageGCHighThresholdPercent: 100,
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
    nodeStatusUpdateFrequency: '5s',
    podCIDR: podCidrs.join(','),
    resolvConf: inState('resolv.conf'),
    serializeImagePulls: false,
    staticPodPath: inFolder(name, 'manifests'),
    volumePluginDir: inFolder(name, 'volume-plugins'),
  }
}

/** kube-proxy sets no sysctls: they would be the machine's own. */
function proxyConfig({ proxyMode, dualStack }: Plan, name: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: proxyMode,
    clientConnection: { kubeconfig: inState('kube-proxy.kubeconfig') },
    clusterCIDR: podCidrs.slice(0, dualStack ? 2 : 1).join(','),
    hostnameOverride: name,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    metricsBindAddress: '127.0.0.1:10249',
    healthzBindAddress: '0.0.0.0:10256',
  }
}

function json(value: object): string {
  return JSON.stringify(value, undefined, 2)
}
