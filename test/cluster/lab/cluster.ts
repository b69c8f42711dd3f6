import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { archivesOf, ensureImages } from '../images/ensure-images.ts'
import { buildBinaries } from './binaries.ts'
import { loadImages } from './containerd.ts'
import { startControlPlane } from './control-plane.ts'
import { downloadCrds } from './crds.ts'
import { startInternet } from './internet.ts'
import { apply, getJson, kubectl } from './kubectl.ts'
import { startLoadBalancer } from './load-balancer.ts'
import { wire } from './network.ts'
import { startNode } from './node.ts'
import { installPackages } from './packages.ts'
import { cacheFolder, imagesFile, planFile, stateFolder } from './paths.ts'
import { makePki } from './pki.ts'
import type { Plan } from './plan.ts'
import { refuseStrangers } from './refusal.ts'
import { sweep } from './sweep.ts'
import { until } from './until.ts'

export type Log = (line: string) => void

/** Makes everything that a lab is built from; nothing the second time. Resolves to the images that nodes load. */
export async function prepare(log: Log): Promise<readonly string[]> {
  await installPackages(log)
  await buildBinaries(log)
  await downloadCrds()
  return ensureImages({ cache: cacheFolder, log })
}

/** Boots the cluster of a plan, in the place of whatever lab there was. */
export async function up(plan: Plan, log: Log): Promise<void> {
  await refuseStrangers()
  const images = await prepare(log)
  const started = Date.now()
  const say = (line: string) => log(`${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${line}`)
  await sweep()
  await mkdir(stateFolder, { recursive: true, mode: 0o711 })
  await writeFile(planFile, JSON.stringify(plan, undefined, 2))
  await wire(plan)
  const loaded = await loadImages(images)
  await writeFile(imagesFile, JSON.stringify(images))
  await Promise.all([makePki(plan), startInternet(plan)])
  say('network, keys and images are there')
  await startControlPlane(plan)
  say('the control plane is ready')
  await proxyRights()
  await Promise.all(plan.nodes.map((node) => startNode(plan, node, loaded)))
  await startLoadBalancer(plan)
  await applyAddons(plan)
  await until({ what: `${plan.nodes.length} nodes getting ready`, timeoutMs: 120_000 }, () => nodesReady(plan))
  say(`${plan.nodes.length} nodes are ready`)
  await addonsReady(plan)
  say('DNS and ingress are ready')
}

/** Removes whatever lab there is, also one that was killed. */
export async function down(): Promise<void> {
  await refuseStrangers()
  await sweep()
}

/** The lab that is up. Throws when none is. */
export async function thisLab(): Promise<Plan> {
  if (!existsSync(planFile)) throw new Error('no lab is up; start one with: npm run lab -- up')
  return JSON.parse(await readFile(planFile, 'utf8'))
}

/** Throws when the lab runs what was built of other sources than are here: what is measured would be of another build. */
export async function refuseOutdated(): Promise<void> {
  await thisLab()
  const loaded: readonly string[] = JSON.parse(await readFile(imagesFile, 'utf8'))
  const others = (await archivesOf(cacheFolder)).filter((archive) => !loaded.includes(archive))
  if (others.length === 0) return
  const names = others.map((archive) => basename(archive).replace(/-[0-9a-f]{16}\.tar$/, ''))
  throw new Error(`the lab runs another build of ${names.join(', ')} than is here; start it anew: npm run lab -- up`)
}

async function proxyRights(): Promise<void> {
  const role = ['--clusterrole=system:node-proxier', '--user=system:kube-proxy']
  await kubectl(['create', 'clusterrolebinding', 'lab:kube-proxy', ...role])
}

async function applyAddons(plan: Plan): Promise<void> {
  for (const file of ['coredns.yaml', 'ingress.yaml']) {
    await apply(await readFile(join(import.meta.dirname, '..', 'manifests', file), 'utf8'))
  }
  await kubectl(['-n', 'kube-system', 'scale', 'deployment', 'coredns', `--replicas=${plan.dnsReplicas}`])
}

async function addonsReady(plan: Plan): Promise<void> {
  const wait = ['rollout', 'status', '--timeout=90s']
  await kubectl(['-n', 'kube-system', ...wait, 'deployment/coredns'])
  if (plan.nodes.length > 1) await kubectl(['-n', 'ingress-nginx', ...wait, 'deployment/ingress-nginx-controller'])
}

interface NodeList {
  readonly items: readonly {
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
  }[]
}

async function nodesReady(plan: Plan): Promise<true | undefined> {
  const { items } = await getJson<NodeList>('nodes')
  const ready = items.filter(({ status }) =>
    status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )
  return ready.length === plan.nodes.length ? true : undefined
}
