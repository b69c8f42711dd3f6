import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectTls } from 'node:tls'

import { decode, encode } from 'dns-packet'
import t from 'tap'

import { certificate } from '../../src/demo/certificate.ts'
import { ingressHost } from '../../src/demo/services/ingress.ts'
import {
  agents,
  apiServers,
  dnsReplicas,
  ingressReplicas,
  nodeNames,
  nodePort,
  type Place,
  services,
} from '../../src/demo/topology.ts'
import { readFault } from '../../src/demo/written-fault.ts'
import type { Endpoint } from '../../src/probes/transport.ts'
import { type Cluster, connecting, endpoint, openCluster, placeIn } from './cluster.ts'

const asker = placeIn(agents, 'node-1')
const replica = endpoint(placeIn(dnsReplicas, 'dns-1'))
const apiName = 'kubernetes.default.svc.cluster.local'

t.test('a DNS replica answers names of the cluster itself and asks upstream for others', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  t.match(await resolved(cluster, replica, apiName), { rcode: 'NOERROR', answers: [{ data: services.api.ip }] })
  t.match(await resolved(cluster, replica, 'nobody.default.svc.cluster.local'), { rcode: 'NXDOMAIN' })
  t.match(await resolved(cluster, replica, 'example.org'), { rcode: 'NOERROR', answers: [{ data: '192.0.2.1' }] })
  t.match(await resolved(cluster, replica, '1.8.b.d.0.1.0.0.2.ip6.arpa', 'PTR'), { rcode: 'NXDOMAIN' })
  cluster.faults.set(readFault('dns_replica_external=dns-1'))
  t.match(await resolved(cluster, replica, apiName), { rcode: 'NOERROR' })
  t.match(await resolved(cluster, replica, 'example.org'), { rcode: 'SERVFAIL' }, 'after two seconds without upstream')
})

t.test('a DNS replica answers over TCP', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  const socket = cluster.transportAt(asker).connect(replica)
  await once(socket, 'connect')
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: apiName }] })
  const length = Buffer.from([0, query.length])
  socket.write(Buffer.concat([length, query]).subarray(0, 5))
  socket.write(Buffer.concat([length, query]).subarray(5))
  const [reply] = await once(socket, 'data')
  t.match(decode(reply.subarray(2)), { id: 7, answers: [{ data: services.api.ip }] })
  socket.destroy()
})

t.test('the virtual address of DNS spreads, and answers come from it', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  cluster.faults.set(readFault('dns_replica_down=dns-3'))
  const asked = Array.from({ length: 40 }, () => resolved(cluster, endpoint(services.dns), apiName, 'A', 300))
  const answers = await Promise.all(asked)
  const silent = answers.filter((answer) => answer === undefined).length
  t.ok(silent > 0 && silent < 20, `${silent} of 40 went to the replica that is down`)
  const [first] = answers.filter((answer) => answer !== undefined)
  t.equal(first?.from, services.dns.ip)
})

t.test('virtual addresses and NodePorts spread over all agents', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  const host = { address: '127.0.2.4', port: nodePort }
  for (const front of [endpoint(services.own), endpoint(services.balanced), host]) {
    const outcomes = await Promise.all(Array.from({ length: 120 }, () => connecting(cluster, asker, front, 2000)))
    t.equal(new Set(outcomes).size, nodeNames.length, `${front.address}:${front.port}`)
    t.ok(outcomes.every((outcome) => outcome.startsWith('reached')))
  }
})

t.test('the canary Service leads to its backends of now', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  cluster.proxies.setCanary(['node-2', 'node-7'])
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, () => connecting(cluster, asker, endpoint(services.canary))),
  )
  t.same([...new Set(outcomes)].toSorted(), ['reached 127.0.1.2', 'reached 127.0.1.7'])
})

t.test('an API server proves its name and says that it is ready', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  for (const place of [...apiServers, services.api]) {
    const socket = cluster.transportAt(asker).connect(endpoint(place))
    await once(socket, 'connect')
    const secure = connectTls({ socket, ca: certificate, servername: 'kubernetes.default.svc' })
    await once(secure, 'secureConnect')
    secure.write('GET /readyz HTTP/1.1\r\nHost: kubernetes\r\n\r\n')
    const [reply] = await once(secure, 'data')
    t.match(String(reply), /^HTTP\/1\.1 200/)
    socket.destroy()
  }
})

t.test('an ingress knows its host only, and says so when no backend connects', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  t.equal(await statusFrom(cluster, 'other.example'), 404)
  for (const node of nodeNames) cluster.faults.set(readFault(`node_down=${node}`))
  cluster.faults.heal(readFault('node_down=node-1'))
  cluster.faults.heal(readFault('node_down=node-5'))
  cluster.faults.set(readFault('zone_cut=zone-a:zone-b'))
  t.ok([504, 502].includes(await statusFrom(cluster, ingressHost, placeIn(agents, 'node-5'))))
})

interface Resolved {
  readonly rcode: string
  readonly answers: readonly unknown[]
  readonly from: string
}

function resolved(
  { transportAt }: Cluster,
  server: Endpoint,
  name: string,
  type: 'A' | 'PTR' = 'A',
  ms = 4000,
): Promise<Resolved | undefined> {
  const socket = transportAt(asker).openUdp(4)
  return new Promise<Resolved | undefined>((resolve) => {
    setTimeout(resolve, ms, undefined).unref()
    socket.on('message', (bytes, { address }) => {
      const { rcode, answers } = decode(bytes) as ReturnType<typeof decode> & { readonly rcode: string }
      resolve({ rcode, answers: answers ?? [], from: address })
    })
    socket.send(encode({ type: 'query', id: 1, questions: [{ type, name }] }), server.port, server.address, () => {})
  }).finally(() => socket.close())
}

async function statusFrom({ transportAt }: Cluster, host: string, from: Place = asker): Promise<number> {
  const socket = transportAt(from).connect(endpoint(placeIn(ingressReplicas, 'ingress-1')))
  await once(socket, 'connect')
  const asked = request({ createConnection: () => socket, path: '/v1/probe', headers: { host } })
  asked.end()
  const [reply] = await once(asked, 'response')
  reply.resume()
  socket.destroy()
  return reply.statusCode
}
