import t from 'tap'

import { at, named, render } from './helm.ts'

const selector = {
  'app.kubernetes.io/name': 'meshprobe',
  'app.kubernetes.io/instance': 'meshprobe',
  'app.kubernetes.io/component': 'agent',
}
const endpoint = {
  port: 'metrics',
  path: '/metrics',
  interval: '30s',
  scheme: 'http',
  honorLabels: false,
  relabelings: [{ sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' }],
}

const kinds = [
  { value: 'podMonitor', kind: 'PodMonitor', endpoints: 'podMetricsEndpoints', more: {} },
  {
    value: 'serviceMonitor',
    kind: 'ServiceMonitor',
    endpoints: 'endpoints',
    more: { 'meshprobe.io/service': 'peers' },
  },
]

for (const { value, kind, endpoints, more } of kinds) {
  t.test(`a ${kind} needs nothing but to be enabled`, async (t) => {
    const monitor = named(await render({ [`${value}.enabled`]: true }), `meshprobe/${kind}/meshprobe-agent`)
    t.strictSame(monitor['spec'], {
      jobLabel: 'app.kubernetes.io/name',
      namespaceSelector: { matchNames: ['meshprobe'] },
      selector: { matchLabels: { ...selector, ...more } },
      [endpoints]: [endpoint],
    })
    const other = named(await render({ [`${value}.enabled`]: true }), `meshprobe/${kind}/meshprobe-aggregator`)
    t.strictSame(at(other, `spec/${endpoints}`), [{ ...endpoint, port: 'http' }])
    t.match(at(other, 'spec/selector/matchLabels'), { ...selector, 'app.kubernetes.io/component': 'aggregator' })
    const agents = await render({ [`${value}.enabled`]: true, 'aggregator.enabled': false })
    t.equal(agents.filter((object) => object.kind === kind).length, 1)
  })

  t.test(`a ${kind} takes whatever a Prometheus wants`, async (t) => {
    const ofEndpoint = {
      interval: '1m',
      scrapeTimeout: '10s',
      honorLabels: true,
      scheme: 'https',
      tlsConfig: { insecureSkipVerify: true },
      relabelings: [],
      metricRelabelings: [{ action: 'labeldrop', regex: 'x' }],
    }
    const ofSpec = { jobLabel: 'j', sampleLimit: 1, targetLimit: 2, labelLimit: 3, attachMetadata: { node: true } }
    const ofObject = { namespace: 'mon', additionalLabels: { release: 'kps' }, annotations: { a: 'b' } }
    const values = { enabled: true, ...ofEndpoint, ...ofSpec, ...ofObject, extraSpec: { scrapeClass: 'c' } }
    const monitor = named(await render({ [value]: values }), `mon/${kind}/meshprobe-agent`)
    t.match(monitor, { metadata: { labels: { release: 'kps' }, annotations: { a: 'b' } } })
    t.match(monitor['spec'], { ...ofSpec, scrapeClass: 'c', namespaceSelector: { matchNames: ['meshprobe'] } })
    const { relabelings: _none, ...shown } = ofEndpoint
    t.strictSame(at(monitor, `spec/${endpoints}`), [{ port: 'metrics', path: '/metrics', ...shown }])
  })
}
