import t from 'tap'

import { at, named, render } from './helm.ts'

const values = {
  enabled: true,
  apiServerCidrs: ['192.0.2.1/32'],
  nodeCidrs: ['198.51.100.0/24'],
  frontCidrs: ['203.0.113.7/32'],
  metricsFrom: [{ namespaceSelector: { matchLabels: { a: 'b' } } }],
  readersFrom: [{ podSelector: { matchLabels: { c: 'd' } } }],
  extraIngress: [{ from: [{ ipBlock: { cidr: '192.0.2.9/32' } }] }],
  extraEgress: [{ to: [{ ipBlock: { cidr: '192.0.2.8/32' } }] }],
}
const ofComponents = (...components: readonly string[]) => ({
  podSelector: {
    matchLabels: { 'app.kubernetes.io/instance': 'meshprobe', 'app.kubernetes.io/part-of': 'meshprobe' },
    matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: components }],
  },
})
const ours = ofComponents('agent', 'test')
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })
const block = (cidr: string) => ({ ipBlock: { cidr } })
const tcp = (port: number | string) => ({ port, protocol: 'TCP' })
const udp = (port: number | string) => ({ port, protocol: 'UDP' })

t.test('the NetworkPolicy lets through what agents do, there and back', async (t) => {
  const spec = at(named(await render({ networkPolicy: values }), 'NetworkPolicy/meshprobe-agent'), 'spec')
  t.strictSame(spec, {
    ...ours,
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      { from: [ours, block('198.51.100.0/24')], ports: [tcp('probe'), udp('probe-udp')] },
      { from: [ofComponents('agent', 'test', 'aggregator'), ...values.metricsFrom], ports: [tcp('metrics')] },
      ...values.extraIngress,
    ],
    egress: [
      { to: [ours, block('198.51.100.0/24'), block('203.0.113.7/32')] },
      { to: [ofComponents('aggregator')], ports: [tcp('http')] },
      { to: [namespace('kube-system'), block('169.254.20.10/32')], ports: [udp(53), tcp(53)] },
      { to: [block('192.0.2.1/32')], ports: [tcp(443), tcp(6443)] },
      ...values.extraEgress,
    ],
  })
})

t.test('that of the aggregators lets them read agents, and others read them', async (t) => {
  const spec = at(named(await render({ networkPolicy: values }), 'NetworkPolicy/meshprobe-aggregator'), 'spec')
  const api = block('192.0.2.1/32')
  t.strictSame(spec, {
    ...ofComponents('aggregator', 'conditions'),
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          ...[ofComponents('test'), api, block('198.51.100.0/24')],
          ...[...values.metricsFrom, ...values.readersFrom],
        ],
        ports: [tcp('http')],
      },
    ],
    egress: [
      { to: [ofComponents('agent')], ports: [tcp('metrics')] },
      { to: [namespace('kube-system'), block('169.254.20.10/32')], ports: [udp(53), tcp(53)] },
      { to: [api], ports: [tcp(443), tcp(6443)] },
    ],
  })
})

t.test('ingress controllers may be probed, and lead to the agents', async (t) => {
  const ingress = { enabled: true, host: 'a.example', controller: { namespace: 'edge', service: 'nginx' } }
  const spec = at(named(await render({ networkPolicy: values, ingress }), 'NetworkPolicy/meshprobe-agent'), 'spec')
  t.strictSame(at(spec, 'ingress/0/from/2'), namespace('edge'))
  t.strictSame(at(spec, 'egress/0/to/3'), namespace('edge'))
})

t.test('ports are those of the cluster', async (t) => {
  const networkPolicy = { ...values, dnsPorts: [5353], apiServerPorts: [8443] }
  const spec = at(named(await render({ networkPolicy }), 'NetworkPolicy/meshprobe-agent'), 'spec')
  t.strictSame(at(spec, 'egress/2/ports'), [udp(5353), tcp(5353)])
  t.strictSame(at(spec, 'egress/3/ports'), [tcp(8443)])
})
