import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'

import { runHere } from '../support/cli.ts'
import { openApiServer } from './api-server.ts'
import { at, type KubeObject, named, podOf, render, settingsFile, type Values } from './helm.ts'

const conditions = { 'aggregator.nodeCondition.enabled': true }

t.test('the program reads what the chart knows of the aggregators as the same', async (t) => {
  const objects = await render({ ...conditions, config: { metrics: { port: 8791 } } }, { release: 'eu' })
  const read = await readBack(t.testdir(), objects, 'eu-meshprobe')
  t.match(read, {
    listen: { port: 7790 },
    keys: { files: ['current', 'next', 'previous'].map((slot) => `/etc/meshprobe/keys/${slot}`) },
    discovery: { kubernetes: { namespace: 'eu', canaryService: 'eu-meshprobe-canary' } },
    aggregator: {
      listen: { port: 7793 },
      local: { port: 7794 },
      census: { roundsPort: 8791 },
      history: { directory: '/var/lib/meshprobe', keep: '168h', mebibytes: 512 },
      lease: { enabled: true, name: 'eu-meshprobe-aggregator' },
      events: { enabled: true, deployment: 'eu-meshprobe-aggregator' },
      nodeCondition: { enabled: true },
      canary: { enabled: true },
      auth: { enabled: false, service: 'eu-meshprobe-aggregator' },
    },
  })
  const labels = at(podOf(named(objects, 'DaemonSet/eu-meshprobe-agent')), 'metadata/labels')
  const wanted = String(at(read, 'aggregator/census/agentSelector')).split(',')
  t.strictSame(Object.fromEntries(wanted.map((term) => term.split('='))), {
    ...{ 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/instance': 'eu' },
    'app.kubernetes.io/name': 'meshprobe',
  })
  t.match(labels, Object.fromEntries(wanted.map((term) => term.split('='))), 'it finds the agents')
})

t.test('what the user says of the aggregators wins, and does not reach the agents', async (t) => {
  const config = { aggregator: { listen: { port: 8793 }, history: { keep: '24h' } } }
  const objects = await render({ config, 'aggregator.history.enabled': false })
  const read = await readBack(t.testdir(), objects)
  t.match(read, { aggregator: { listen: { port: 8793 }, history: { keep: '24h', directory: '' } } })
  t.notMatch(settingsFile(objects), 'aggregator')
  t.match(named(objects, 'Service/meshprobe-aggregator'), { spec: { ports: [{ port: 8793 }] } })
  t.match(named(objects, 'Deployment/meshprobe-aggregator'), {
    spec: { template: { spec: { containers: [{ ports: [{ containerPort: 8793 }] }] } } },
  })
})

t.test('the Service of the API is where commands look for it', async (t) => {
  const service = named(await render(), 'meshprobe/Service/meshprobe-aggregator')
  const labels = { 'app.kubernetes.io/name': 'meshprobe', 'app.kubernetes.io/component': 'aggregator' }
  t.match(service, { metadata: { labels }, spec: { type: 'ClusterIP', selector: labels } })
  t.strictSame(at(service, 'spec/ports'), [{ name: 'http', port: 7793, targetPort: 'http', protocol: 'TCP' }])
})

t.test('the canary Service has no selector, and one family', async (t) => {
  const canary = async (values: Values) => named(await render(values), 'meshprobe/Service/meshprobe-canary')
  t.strictSame(at(await canary({}), 'spec'), {
    ...{ type: 'ClusterIP', ipFamilyPolicy: 'SingleStack' },
    ports: [{ name: 'probe', port: 7790, protocol: 'TCP' }],
  })
  t.strictSame(at(await canary({ ipFamilies: ['IPv6', 'IPv4'] }), 'spec/ipFamilies'), ['IPv6'])
  t.equal((await canary({})).metadata.labels['app.kubernetes.io/component'], 'canary', 'nobody asks it for findings')
  const without = await render({ 'aggregator.canary.enabled': false })
  t.notOk(without.some(({ metadata }) => metadata.name === 'meshprobe-canary'))
  t.notMatch(settingsFile(without), 'canary')
})

t.test('the Lease goes with the release, and nobody holds it at first', async (t) => {
  t.strictSame(named(await render(), 'meshprobe/Lease/meshprobe-aggregator')['spec'], {})
  const config = { aggregator: { lease: { name: 'mine' } } }
  t.ok(named(await render({ config }), 'meshprobe/Lease/mine'))
})

t.test('a claim is made only when that is asked for', async (t) => {
  const values = { 'aggregator.replicas': 1, 'aggregator.history.claim': { enabled: true, storageClassName: 'fast' } }
  t.strictSame(named(await render(values), 'PersistentVolumeClaim/meshprobe-aggregator')['spec'], {
    ...{ accessModes: ['ReadWriteOnce'], storageClassName: 'fast' },
    resources: { requests: { storage: '1Gi' } },
  })
})

t.test('conditions are taken away before an uninstall, with the rights of the aggregators', async (t) => {
  t.notOk((await render()).some(({ kind }) => kind === 'Job'))
  const objects = await render(conditions)
  const job = named(objects, 'Job/meshprobe-conditions')
  t.match(job, { metadata: { annotations: { 'helm.sh/hook': 'pre-delete' } } })
  const pod = podOf(job)
  t.strictSame(at(pod, 'spec/containers/0/args'), [
    ...['aggregator', '--config', '/etc/meshprobe/config.json', '--remove-conditions'],
  ])
  const aggregator = podOf(named(objects, 'Deployment/meshprobe-aggregator'))
  t.equal(at(pod, 'spec/serviceAccountName'), at(aggregator, 'spec/serviceAccountName'))
  const selector = at(named(objects, 'Service/meshprobe-aggregator'), 'spec/selector')
  t.notMatch(at(pod, 'metadata/labels'), selector, 'no Service takes it for an aggregator')
})

t.test('in a cluster', async (t) => {
  const api = await openApiServer(t)
  const hooks = (text: string) => [...text.matchAll(/helm\.sh\/hook: (pre-\S+)/g)].map(([, hook]) => hook)
  const upgrade = ['--dry-run=server', '--set', 'tests.enabled=false']
  const dry = (...args: readonly string[]) => api.helm('upgrade', 'meshprobe', 'charts/meshprobe', ...upgrade, ...args)
  await api.apply('install', conditions)
  t.strictSame(hooks(await dry('--reset-values')), ['pre-upgrade'], 'conditions are taken away when switched off')
  t.strictSame(hooks(await dry('--reset-values', '--set', 'aggregator.enabled=false')), ['pre-upgrade'])
  t.strictSame(hooks(await dry('--reuse-values')), ['pre-delete'])
  await api.helm('uninstall', 'meshprobe', '--no-hooks')
  await api.apply('install')
  t.strictSame(hooks(await dry('--reuse-values')), [], 'and nobody looks for what was never on')
})

/** The settings in effect when an aggregator runs with what the chart made. */
async function readBack(folder: string, objects: readonly KubeObject[], fullname = 'meshprobe'): Promise<unknown> {
  const file = join(folder, 'config.json')
  writeFileSync(file, String(at(named(objects, `ConfigMap/${fullname}-aggregator`), 'data/config.json')))
  const { code, stdout, stderr } = await runHere(['config', '--config', file])
  if (code !== 0) throw new Error(stderr)
  return parse(stdout)
}
