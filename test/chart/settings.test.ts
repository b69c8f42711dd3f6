import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'

import { runHere } from '../support/cli.ts'
import { at, named, podOf, render, settingsFile, type Values } from './helm.ts'

const ingress = {
  'ingress.enabled': true,
  'ingress.host': 'mesh.example',
  'ingress.controller': { namespace: 'edge', service: 'nginx' },
}

t.test('the program reads what the chart knows as the same', async (t) => {
  const read = await readBack(t.testdir(), { ...ingress, 'loadBalancer.enabled': true, cluster: 'eu' })
  t.match(read, {
    cluster: 'eu',
    drain: '15s',
    listen: { port: 7790 },
    metrics: { port: 7791 },
    keys: { files: ['current', 'next', 'previous'].map((slot) => `/etc/meshprobe/keys/${slot}`) },
    discovery: {
      kind: 'kubernetes',
      kubernetes: {
        namespace: 'meshprobe',
        peersService: 'meshprobe-peers',
        service: 'meshprobe',
        loadbalancerService: 'meshprobe-lb',
        dnsNamespace: 'kube-system',
        dnsService: 'kube-dns',
        ingressName: 'meshprobe',
        ingressNamespace: 'edge',
        ingressService: 'nginx',
      },
    },
    checks: {
      ingress: { host: 'mesh.example', path: '/v1/probe', tls: false },
      ingress_replica: { host: 'mesh.example', path: '/v1/probe', tls: false },
    },
  })
})

t.test('without load balancer and Ingress it looks for none', async (t) => {
  const read = await readBack(t.testdir(), {})
  t.match(at(read, 'discovery/kubernetes'), { loadbalancerService: '', ingressName: '', ingressService: '' })
  t.match(at(read, 'checks/ingress'), { host: '' })
})

t.test('an Ingress with TLS is probed by HTTPS', async (t) => {
  const read = await readBack(t.testdir(), { ...ingress, 'ingress.tls': [{ secretName: 's' }] })
  t.match(read, { checks: { ingress: { tls: true }, ingress_replica: { tls: true } } })
})

t.test('every file of values gives settings that the program accepts', async (t) => {
  for (const name of ['full', 'monitors', 'networkpolicy', 'gateway', 'hostnetwork', 'aggregator'])
    t.ok(await readBack(t.testdir(), {}, [`ci/${name}-values.yaml`]), name)
})

t.test('what the user says wins, be it false, 0, empty or a whole section', async (t) => {
  const config = {
    round: '20s',
    listen: { port: 8790 },
    discovery: { kubernetes: { dnsService: '', hostPort: 0 } },
    checks: {
      peer_mtu: { enabled: false },
      ingress: { tls: false, host: '' },
      external: { targets: ['dns:a.example'] },
    },
  }
  const values = { ...ingress, 'ingress.tls': [{ secretName: 's' }], config }
  const read = await readBack(t.testdir(), values)
  t.match(read, config)
  t.match(read, { discovery: { kubernetes: { service: 'meshprobe' } }, checks: { ingress: { path: '/v1/probe' } } })
})

t.test('a setting that nobody knows reaches the program, which refuses it', async (t) => {
  await t.rejects(readBack(t.testdir(), { config: { rund: '5s' } }), /rund: .*round/)
})

t.test('ports of the settings are those of container and Services', async (t) => {
  const objects = await render({ config: { listen: { port: 8790 }, metrics: { port: 8791 } } })
  const container = at(podOf(named(objects, 'DaemonSet/meshprobe-agent')), 'spec/containers/0')
  t.match(container, {
    ports: [
      { name: 'probe', containerPort: 8790, protocol: 'TCP' },
      { name: 'probe-udp', containerPort: 8790, protocol: 'UDP' },
      { name: 'metrics', containerPort: 8791, protocol: 'TCP' },
    ],
  })
  t.match(named(objects, 'Service/meshprobe'), { spec: { ports: [{ port: 8790 }] } })
  t.match(named(objects, 'Service/meshprobe-peers'), {
    spec: { ports: [{ port: 8790 }, { port: 8790 }, { port: 8791 }] },
  })
})

t.test('only another setting restarts the agents', async (t) => {
  const checksum = async (values: Values) => {
    const pod = podOf(named(await render(values), 'DaemonSet/meshprobe-agent'))
    return new Map(Object.entries(at(pod, 'metadata/annotations') ?? {})).get('checksum/config')
  }
  const before = await checksum({})
  t.match(before, /^[0-9a-f]{64}$/)
  t.equal(await checksum({ 'meshKey.generation': 2, 'service.type': 'NodePort' }), before)
  t.not(await checksum({ config: { round: '20s' } }), before)
})

/** The settings in effect when an agent runs with what the chart makes of the values. */
async function readBack(folder: string, values: Values, files: readonly string[] = []): Promise<unknown> {
  const file = join(folder, 'config.json')
  writeFileSync(file, settingsFile(await render(values, { files })))
  const { code, stdout, stderr } = await runHere(['config', '--config', file])
  if (code !== 0) throw new Error(stderr)
  return parse(stdout)
}
