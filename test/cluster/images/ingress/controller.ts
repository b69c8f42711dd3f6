/**
 * An ingress controller as small as one can be: it polls the API server, and has nginx send each host's requests to
 * the pods themselves, as ingress-nginx does. While the API server does not answer, everything stays as it was.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { list, mergePatch } from './api.ts'
import { serveHealth } from './health.ts'
import { startNginx } from './nginx.ts'
import { nginxConf } from './nginx-conf.ts'
import type { EndpointSlice, Ingress } from './objects.ts'
import { routesOf } from './routes.ts'

const everyMs = 2000
const address = process.env['INGRESS_ADDRESS']
const ipv6 = existsSync('/proc/net/if_inet6')

let current = nginxConf([], { ipv6 })
let synced = false
let stopping = false

const nginx = await startNginx(current)
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, stop)
serveHealth(() => synced && !stopping)
void nginx.ended.then(() => process.exit(stopping ? 0 : 1))

for (;;) {
  try {
    await sync()
    synced = true
  } catch (error) {
    console.error(String(error))
  }
  await sleep(everyMs)
}

async function sync(): Promise<void> {
  const all = await list<Ingress>('/apis/networking.k8s.io/v1/ingresses')
  const ours = all.filter(({ spec }) => spec.ingressClassName === 'nginx')
  const wanted = nginxConf(await routesOf(ours, slicesOf), { ipv6 })
  if (wanted !== current) await nginx.configure(wanted)
  current = wanted
  for (const ingress of ours) await publish(ingress)
}

function slicesOf(namespace: string, service: string): Promise<readonly EndpointSlice[]> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`)
  return list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`)
}

async function publish({ metadata: { namespace, name }, status }: Ingress): Promise<void> {
  if (address === undefined || status?.loadBalancer?.ingress?.[0]?.ip === address) return
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`
  await mergePatch(path, { status: { loadBalancer: { ingress: [{ ip: address }] } } })
}

function stop(): void {
  stopping = true
  nginx.stop()
}
