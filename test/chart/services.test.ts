import t from 'tap'

import { at, named, render } from './helm.ts'

const probe = { name: 'probe', port: 7790, targetPort: 'probe', protocol: 'TCP' }

t.test(
  'the headless Service lists the agents that are ready, by the port names that discovery looks for',
  async (t) => {
    t.match(at(named(await render(), 'Service/meshprobe-peers'), 'spec'), {
      type: 'ClusterIP',
      clusterIP: 'None',
      publishNotReadyAddresses: false,
    })
    t.strictSame(at(named(await render(), 'Service/meshprobe-peers'), 'spec/ports'), [
      probe,
      { name: 'probe-udp', port: 7790, targetPort: 'probe-udp', protocol: 'UDP' },
      { name: 'metrics', port: 7791, targetPort: 'metrics', protocol: 'TCP' },
    ])
  },
)

t.test('the Service is probed and shows no metrics, inside or outside of the cluster', async (t) => {
  const inside = at(named(await render(), 'Service/meshprobe'), 'spec')
  t.match(inside, { type: 'ClusterIP', ports: [probe] })
  t.strictSame(at(inside, 'ports'), [probe])
  t.equal(at(inside, 'externalTrafficPolicy'), undefined, 'which is not for a ClusterIP')

  const values = { service: { type: 'NodePort', nodePort: 30790, externalTrafficPolicy: 'Local' } }
  const outside = at(named(await render(values), 'Service/meshprobe'), 'spec')
  t.match(outside, { type: 'NodePort', externalTrafficPolicy: 'Local' })
  t.strictSame(at(outside, 'ports'), [{ ...probe, nodePort: 30790 }])
  const free = await render({ 'service.type': 'NodePort' })
  t.strictSame(at(named(free, 'Service/meshprobe'), 'spec/ports'), [probe])
})

t.test('the load balancer is as the user says', async (t) => {
  const plain = at(named(await render({ 'loadBalancer.enabled': true }), 'Service/meshprobe-lb'), 'spec')
  t.match(plain, { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' })
  t.notHas(plain, { loadBalancerClass: String })
  t.strictSame(at(plain, 'ports'), [probe])

  const values = {
    enabled: true,
    loadBalancerClass: 'metallb',
    externalTrafficPolicy: 'Local',
    sourceRanges: ['192.0.2.0/24'],
    annotations: { internal: 'true' },
  }
  t.match(named(await render({ loadBalancer: values }), 'Service/meshprobe-lb'), {
    metadata: { annotations: { internal: 'true' } },
    spec: { loadBalancerClass: 'metallb', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['192.0.2.0/24'] },
  })
})

t.test('all Services have the same families', async (t) => {
  const values = { 'loadBalancer.enabled': true, ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }
  const [plain, chosen] = [await render({ 'loadBalancer.enabled': true }), await render(values)]
  for (const name of ['Service/meshprobe', 'Service/meshprobe-peers', 'Service/meshprobe-lb']) {
    t.equal(at(named(plain, name), 'spec/ipFamilyPolicy'), 'PreferDualStack', name)
    t.equal(at(named(plain, name), 'spec/ipFamilies'), undefined, name)
    t.match(named(chosen, name), { spec: { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] } })
  }
})

t.test('the Ingress leads one path of one host to the agents', async (t) => {
  const values = {
    enabled: true,
    className: 'nginx',
    host: 'a.example',
    tls: [{ secretName: 's', hosts: ['a.example'] }],
  }
  const backend = { service: { name: 'meshprobe', port: { name: 'probe' } } }
  t.strictSame(at(named(await render({ ingress: values }), 'Ingress/meshprobe'), 'spec'), {
    ingressClassName: 'nginx',
    tls: values.tls,
    rules: [{ host: 'a.example', http: { paths: [{ path: '/v1/probe', pathType: 'Exact', backend }] } }],
  })
  const other = await render({ ingress: { enabled: true, host: 'a.example', path: '/x', pathType: 'Prefix' } })
  const spec = at(named(other, 'Ingress/meshprobe'), 'spec')
  t.match(spec, { rules: [{ http: { paths: [{ path: '/x', pathType: 'Prefix' }] } }] })
  t.notHas(spec, { ingressClassName: String })
  t.notHas(spec, { tls: Array })
})

t.test('the HTTPRoute does the same for a Gateway', async (t) => {
  const values = { enabled: true, parentRefs: [{ name: 'g', namespace: 'n' }], hostnames: ['a.example'] }
  t.strictSame(at(named(await render({ httpRoute: values }), 'HTTPRoute/meshprobe'), 'spec'), {
    parentRefs: values.parentRefs,
    hostnames: ['a.example'],
    rules: [
      {
        matches: [{ path: { type: 'Exact', value: '/v1/probe' } }],
        backendRefs: [{ name: 'meshprobe', port: 7790 }],
      },
    ],
  })
})
