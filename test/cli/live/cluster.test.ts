import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import t, { type Test } from 'tap'
import { runHere } from '../../support/cli.ts'
import { noPrograms, openClusterApi, type Rights } from '../../support/cluster-api.ts'
import { broken, ownAddress, startAggregator } from './aggregator.ts'

const address = ownAddress()
const service = 'meshprobe-aggregator'
const labels = { 'app.kubernetes.io/name': 'meshprobe', 'app.kubernetes.io/component': 'aggregator' }
const mayProxy = { apiGroups: [''], resources: ['services/proxy'], verbs: ['get'] }

/** A real API server, whose service proxy leads to a real API of an aggregator. */
const api = noPrograms === false ? await openClusterApi(t) : undefined
const config = JSON.parse((await api?.kubectl(['config', 'view', '--raw', '-o', 'json'])) ?? '{}')

t.test('through the service proxy of a real API server', { skip: noPrograms || address === undefined }, async (t) => {
  if (api === undefined || address === undefined) return
  const { port } = await startAggregator(t, { addresses: [address] })
  const ask = async (account: string, rights: Rights, args: readonly string[]) => {
    await api.grant(account, rights)
    return runHere([...args, '--kubeconfig', await kubeconfigOf(t, account)])
  }

  await t.test('no Service: it says where there is one', async (t) => {
    const none = await ask('nowhere', { meshprobe: [mayProxy] }, ['diagnose'])
    t.match(none, {
      code: 3,
      stderr:
        /^no Service meshprobe-aggregator in namespace meshprobe of context c \(https:.*\); name another with --namespace, or ask the agents with --direct\n$/,
    })
    const list = { apiGroups: [''], resources: ['services'], verbs: ['list'] }
    t.match(
      (await ask('lister', { meshprobe: [mayProxy], '': [list] }, ['diagnose'])).stderr,
      /, nor in any other: is it installed\? /,
    )
    await api.kubectl(['create', 'namespace', 'other'])
    await api.create(serviceIn('other', 'their-aggregator'))
    t.match(
      (await runHere(['nodes', '--kubeconfig', await kubeconfigOf(t, 'lister')])).stderr,
      /; there is other\/their-aggregator: add --namespace other --service their-aggregator\n$/,
    )
  })

  await t.test('a Service without pods', async (t) => {
    const metadata = { name: service, namespace: 'meshprobe' }
    await api.create(serviceIn('meshprobe', service), { apiVersion: 'v1', kind: 'Endpoints', metadata })
    const { code, stderr } = await ask('early', { meshprobe: [mayProxy] }, ['diagnose'])
    t.match(
      stderr,
      /^Service meshprobe\/meshprobe-aggregator of context c .* has nobody who answers: .*; see kubectl -n meshprobe get pods\n$/,
    )
    t.equal(code, 3)
  })

  await t.test('a Service with one', async (t) => {
    await createPod('aggregator-a', address)
    await lead(address, port)
    const kubeconfig = ['--kubeconfig', await kubeconfigOf(t, 'early')]
    await t.resolves(untilAnswered(kubeconfig))
    const { code, stdout, stderr } = await runHere(['diagnose', ...kubeconfig])
    t.equal(stderr, '')
    t.match(stdout, /^cluster prod: 12 of 12 agents heard, /)
    t.match(stdout, new RegExp(`^open +pod_network_cut  ${broken.cut}$`, 'm'))
    t.equal(code, 1)
    t.match(await runHere(['matrix', '--targets', ...kubeconfig]), { code: 0, stdout: /^dns_replica internal +/m })
    const { nodes } = JSON.parse((await runHere(['nodes', '-o', 'json', ...kubeconfig])).stdout)
    const dns = JSON.parse((await runHere(['matrix', '--check', 'dns_replica', '-o', 'json', ...kubeconfig])).stdout)
    const [target] = dns.matrices[0].columns
    const pair = await runHere(['pair', nodes[0].node, target, ...kubeconfig])
    t.match(pair, { code: 0, stdout: new RegExp(`^${nodes[0].node} → ${target} +dns_replica`, 'm') })
  })

  await t.test('without the right', async (t) => {
    const { code, stderr } = await ask('nobody', {}, ['diagnose'])
    t.match(
      stderr,
      /^the API server of context c .* does not let system:serviceaccount:meshprobe:nobody get services\/proxy in namespace meshprobe: grant it in a Role there\n$/,
    )
    t.equal(code, 3)
  })

  await t.test('with credentials that nobody knows', async (t) => {
    const { code, stderr } = await runHere(['diagnose', '--kubeconfig', kubeconfigWith(t, { token: 'no such' })])
    t.match(stderr, /does not take these credentials \(401\): log in again\n$/)
    t.equal(code, 3)
  })

  await t.test('a plug-in gives the credentials', async (t) => {
    const token = (await api.kubectl(['create', 'token', 'early', '-n', 'meshprobe'])).trim()
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }
    const exec = {
      apiVersion: credential.apiVersion,
      command: 'echo',
      args: [JSON.stringify(credential)],
      interactiveMode: 'Never',
    }
    t.equal((await runHere(['diagnose', '--kubeconfig', kubeconfigWith(t, { exec })])).code, 1)
    const broken = { ...exec, command: 'false', args: [] }
    t.match(await runHere(['diagnose', '--kubeconfig', kubeconfigWith(t, { exec: broken })]), {
      code: 3,
      stderr: /^could not ask the API server of context c/,
    })
  })

  await t.test('an aggregator that wants to know who asks is asked on the loopback of its pod', async (t) => {
    const { port } = await startAggregator(t, { addresses: [address], mayRead: async () => 'unauthenticated' })
    await lead(address, port)
    const kubeconfig = ['--kubeconfig', await kubeconfigOf(t, 'early')]
    await t.resolves(untilAnswered(kubeconfig, /pods/))
    const { code, stderr } = await runHere(['diagnose', ...kubeconfig])
    t.match(stderr, / does not let \S+ list pods in namespace meshprobe: grant it in a Role there\n$/)
    t.equal(code, 3)
    const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] }
    t.match(
      (await ask('forwarder', { meshprobe: [mayProxy, pods] }, ['diagnose'])).stderr,
      /^no pod of an aggregator in namespace meshprobe/,
    )
  })
})

t.test('a server that is not there is exit 3', async (t) => {
  const clusters = [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }]
  const path = written(t, { ...contexts, clusters, users: [{ name: 'u', user: { token: 'x' } }] })
  const { code, stderr } = await runHere(['diagnose', '--kubeconfig', path])
  t.equal(stderr, 'could not ask the API server of context c (https://127.0.0.1:1): connect ECONNREFUSED 127.0.0.1:1\n')
  t.equal(code, 3)
})

const contexts = { contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], 'current-context': 'c' }

async function kubeconfigOf(t: Test, account: string): Promise<string> {
  const token = await api?.kubectl(['create', 'token', account, '-n', 'meshprobe'])
  return kubeconfigWith(t, { token: token?.trim() })
}

function kubeconfigWith(t: Test, user: object): string {
  const [{ cluster }] = config.clusters
  return written(t, { ...contexts, clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user }] })
}

function written(t: Test, content: object): string {
  const path = join(t.testdir(), 'kubeconfig')
  writeFileSync(path, JSON.stringify(content))
  return path
}

function serviceIn(namespace: string, name: string): object {
  const spec = { clusterIP: 'None', ports: [{ name: 'http', port: 80, targetPort: 7793 }] }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec }
}

/** The API server leads only to addresses of pods that are there. */
async function createPod(name: string, address: string): Promise<void> {
  const spec = { containers: [{ name: 'a', image: 'a' }], automountServiceAccountToken: false }
  await api?.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'meshprobe' }, spec })
  const status = JSON.stringify({ status: { podIP: address, podIPs: [{ ip: address }] } })
  await api?.kubectl(['patch', 'pod', name, '-n', 'meshprobe', '--subresource=status', '-p', status])
}

function endpointsOf(address: string, port: number): object {
  const targetRef = { kind: 'Pod', name: 'aggregator-a', namespace: 'meshprobe' }
  return { subsets: [{ addresses: [{ ip: address, targetRef }], ports: [{ name: 'http', port }] }] }
}

function lead(address: string, port: number): Promise<unknown> | undefined {
  const patch = JSON.stringify(endpointsOf(address, port))
  return api?.kubectl(['patch', 'endpoints', service, '-n', 'meshprobe', '--type=merge', '-p', patch])
}

/** The proxy may learn of endpoints a moment later. */
async function untilAnswered(args: readonly string[], wanted = /^$/): Promise<void> {
  const endMs = performance.now() + 15_000
  for (;;) {
    const { stderr } = await runHere(['diagnose', ...args])
    if (wanted.test(stderr)) return
    if (performance.now() > endMs) throw new Error(stderr)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
