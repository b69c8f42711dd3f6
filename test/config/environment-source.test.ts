import t from 'tap'

import { fromEnvironment, fromPod } from '../../src/config/environment-source.ts'
import { filledBy, flag, port, text, texts } from '../../src/config/fields.ts'

const tree = {
  metrics: { port: port(7791, '') },
  aggregator: { service: text('', '') },
  checks: { peer_http: { enabled: flag(true, '') } },
  podIps: filledBy('POD_IPS', texts([], '')),
}

t.test('fromEnvironment() reads our own variables', async (t) => {
  const env = { MESHPROBE_METRICS_PORT: '80', MESHPROBE_CHECKS_PEER_HTTP_ENABLED: 'false', MESHPROBE_POD_IPS: 'a,b' }
  const { given, problems } = fromEnvironment(tree, {
    ...env,
    MESHPROBE_CONFIG: 'x.yaml',
    MESHPROBE_LAB_CACHE: '/var/cache/lab',
    PATH: '/bin',
    NODE: undefined,
  })
  t.same(problems, [])
  t.same(
    given.map(({ path, raw }) => [path, raw]),
    [
      ['metrics.port', 80],
      ['checks.peer_http.enabled', false],
      ['podIps', ['a', 'b']],
    ],
  )
})

t.test('fromEnvironment() refuses variables that nobody knows', async (t) => {
  const cases = [
    { name: 'MESHPROBE_METRIC_PORT', problem: 'no such setting; did you mean MESHPROBE_METRICS_PORT?' },
    { name: 'MESHPROBE_METRICS', problem: 'no such setting; did you mean MESHPROBE_METRICS_PORT?' },
    { name: 'MESHPROBE_AGGREGATOR_SERVIC', problem: 'no such setting; did you mean MESHPROBE_AGGREGATOR_SERVICE?' },
  ]
  for (const { name, problem } of cases) {
    t.same(fromEnvironment(tree, { [name]: '1' }), { given: [], problems: [{ path: name, problem }] }, name)
  }
})

t.test('fromEnvironment() knows what the kubelet says of Services', async (t) => {
  const links = {
    MESHPROBE_PORT: 'tcp://10.96.0.7:80',
    MESHPROBE_SERVICE_HOST: '10.96.0.7',
    MESHPROBE_SERVICE_PORT: '80',
    MESHPROBE_SERVICE_PORT_HTTP: '80',
    MESHPROBE_PORT_80_TCP: 'tcp://10.96.0.7:80',
    MESHPROBE_PORT_80_TCP_PROTO: 'tcp',
    MESHPROBE_PORT_80_TCP_PORT: '80',
    MESHPROBE_PORT_80_TCP_ADDR: '10.96.0.7',
    MESHPROBE_PORT_7790_UDP_ADDR: '10.96.0.7',
    MESHPROBE_AGGREGATOR_SERVICE_HOST: '10.96.0.8',
    MESHPROBE_METRICS_PORT: 'tcp://10.96.0.9:7791',
  }
  t.same(fromEnvironment(tree, links), { given: [], problems: [] })
})

t.test('fromPod() reads what the manifest fills in', async (t) => {
  const origin = { from: 'environment', name: 'POD_IPS' }
  t.same(fromPod(tree, { POD_IPS: '10.0.0.1,fd00::1' }), {
    given: [{ path: 'podIps', raw: ['10.0.0.1', 'fd00::1'], origin }],
    problems: [],
  })
  t.same(fromPod(tree, { POD_IPS: '' }), { given: [], problems: [] })
  t.same(fromPod(tree, {}), { given: [], problems: [] })
})
