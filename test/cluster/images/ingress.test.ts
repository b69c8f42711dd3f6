import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { run } from '../lab/run.ts'
import { until } from '../lab/until.ts'
import { built, folderFor } from './built.ts'
import { startContainer } from './container.ts'
import { nginxConf } from './ingress/nginx-conf.ts'
import type { Backend, EndpointSlice, Ingress } from './ingress/objects.ts'
import { type Route, routesOf } from './ingress/routes.ts'

const slice: EndpointSlice = {
  endpoints: [
    { addresses: ['198.18.1.2'], conditions: { ready: true } },
    { addresses: ['198.18.1.3'], conditions: { ready: false } },
    { addresses: ['2001:db8::4'], conditions: {} },
  ],
  ports: [
    { name: 'probe-udp', port: 7790, protocol: 'UDP' },
    { name: 'probe', port: 7790, protocol: 'TCP' },
    { name: 'metrics', port: 7791 },
  ],
}

t.test('requests go to the pods that are ready, by the name of the port', async (t) => {
  const ingress = ingressTo({ name: 'web', port: { name: 'metrics' } })
  t.same(await routesOf([ingress], async () => [slice]), [
    { host: 'web.test', path: '/', exact: false, servers: ['198.18.1.2:7791', '[2001:db8::4]:7791'] },
  ])
})

t.test('without a pod the answer is 503, without a host 404', async (t) => {
  const none = nginxConf(await routesOf([ingressTo({ name: 'web', port: { number: 80 } })], async () => []), {
    ipv6: true,
  })
  t.match(none, /server_name web\.test;\nlocation \/ \{ return 503; \}/)
  t.match(none, /default_server; return 404;/)
})

t.test('nginx takes the configuration, whatever the routes are', async (t) => {
  const servers = ['198.18.1.2:7790', '[2001:db8::4]:7790']
  const some: readonly Route[] = [
    { host: '', path: '/', exact: false, servers },
    { host: 'a.test', path: '/api/', exact: false, servers },
    { host: 'a.test', path: '/api', exact: true, servers: [] },
    { host: 'a.test', path: '/api', exact: false, servers },
    { host: '*.b.test', path: '/', exact: false, servers },
  ]
  const file = join(await folderFor(t), 'nginx.conf')
  for (const routes of [[], some.slice(0, 1), some.slice(1), some]) {
    await writeFile(file, nginxConf(routes, { ipv6: true }))
    await t.resolves(run('nginx', ['-t', '-q', '-e', 'stderr', '-c', file]))
  }
})

t.test('an exact path goes before a prefix', async (t) => {
  const prefix = { host: 'a.test', path: '/api', exact: false, servers: ['198.18.1.2:7790'] }
  const text = nginxConf([prefix, { ...prefix, exact: true, servers: [] }], { ipv6: false })
  t.match(text, 'location = /api { return 503; }\nlocation /api/ { proxy_pass http://upstream0; }')
})

t.test('without an API server the controller is not ready, and nginx answers', async (t) => {
  const controller = await startContainer(t, await built(t, 'ingress'), { writable: ['/tmp'] })
  const ask = (port: number) => `fetch("http://127.0.0.1:${port}/healthz").then((r) => console.log(r.status))`
  const statusOf = async (port: number) => (await controller.exec('/nodejs/bin/node', '-e', ask(port))).stdout.trim()
  await until({ what: 'nginx that answers', timeoutMs: 10_000 }, async () => {
    return (await statusOf(8080)) === '404' ? true : undefined
  })
  t.equal(await statusOf(10254), '503')
  controller.kill('SIGTERM')
  t.equal((await controller.ended).code, 0)
})

function ingressTo(service: Backend): Ingress {
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }]
  const spec = { ingressClassName: 'nginx', rules: [{ host: 'web.test', http: { paths } }] }
  return { metadata: { name: 'web', namespace: 'default' }, spec }
}
