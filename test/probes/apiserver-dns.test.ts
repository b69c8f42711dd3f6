import { join } from 'node:path'

import t from 'tap'

import { apiserverDns } from '../../src/probes/apiserver-dns.ts'
import { ask, configured, targetOn } from '../support/ask.ts'
import { makeCertificate } from '../support/certificates.ts'
import { answer, nameServer, onLoopback, type Reply, truncated } from '../support/name-server.ts'
import { closedPort } from '../support/servers.ts'
import { listenTlsAndSay } from '../support/tls-servers.ts'

const name = 'kubernetes.default.svc.cluster.local'
const ca = makeCertificate({ name: 'a CA', isCa: true })
const good = makeCertificate({ name: 'kubernetes.default.svc', ca })
const caFile = join(t.testdir({ 'ca.crt': ca.cert }), 'ca.crt')
const probe = configured(apiserverDns, { caFile })
const healthy = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

function target(port: number, dnsPort: number) {
  const resolver = { address: '127.0.0.1', port: dnsPort, family: 4 as const }
  return { ...targetOn(probe, port, { address: name, resolver }), family: 4 as const }
}

t.test('apiserver_dns finds the API server by name and asks it', async (t) => {
  const port = await listenTlsAndSay(t, good, healthy)
  const replies: readonly Reply[] = [
    onLoopback,
    (query, { over }) => (over === 'udp' ? truncated(query) : onLoopback(query)),
  ]
  for (const reply of replies) {
    const dns = await nameServer(t, reply)
    const result = await ask(probe, target(port, dns.port))
    t.match(result, { outcome: 'reached' })
    t.same(
      result.phases.map(({ phase }) => phase),
      ['resolve', 'connect', 'tls', 'exchange'],
    )
    t.match(dns.asked[0], { name, type: 'A' })
  }
})

t.test('apiserver_dns asks for the family of the Service', async (t) => {
  const dns = await nameServer(t, (query) => {
    const data = '::1'
    return answer(query, 'NOERROR', [
      { type: 'A', name, ttl: 5, data: '127.0.0.1' },
      { type: 'AAAA', name, ttl: 5, data },
    ])
  })
  const closed = await closedPort()
  const result = await ask(probe, { ...target(closed, dns.port), family: 6 })
  t.match(dns.asked, [{ name, type: 'AAAA' }])
  t.match(result, { reason: 'refused', detail: /::1/, phases: [{ phase: 'resolve' }, { phase: 'connect' }] })
})

t.test('apiserver_dns says what is wrong with the name', async (t) => {
  const cases: readonly { reply: Reply; reason: string; detail: RegExp }[] = [
    { reply: (query) => answer(query, 'NXDOMAIN'), reason: 'name_not_found', detail: /does not exist/ },
    { reply: (query) => answer(query), reason: 'name_not_found', detail: /has no A record/ },
    { reply: (query) => answer(query, 'SERVFAIL'), reason: 'name_server_failed', detail: /SERVFAIL for kubernetes/ },
    { reply: () => undefined, reason: 'timeout', detail: /within/ },
    { reply: () => Buffer.from('garbage'), reason: 'bad_reply', detail: /not DNS/ },
  ]
  for (const { reply, reason, detail } of cases) {
    const { port } = await nameServer(t, reply)
    const result = await ask(probe, target(1, port), { timeoutMs: 80 })
    t.match(result, { outcome: 'failed', reason, detail })
    t.same(
      result.phases.map(({ phase }) => phase),
      ['resolve'],
      reason,
    )
  }
})

t.test('apiserver_dns without a name server says so', async (t) => {
  t.match(await ask(probe, targetOn(probe, 1, { address: name })), {
    reason: 'name_server_failed',
    detail: 'no name server is known',
  })
})

t.test('apiserver_dns says what goes wrong behind the name', async (t) => {
  const dns = await nameServer(t, onLoopback)
  const result = await ask(probe, target(await closedPort(), dns.port))
  t.match(result, { reason: 'refused', phases: [{ phase: 'resolve' }, { phase: 'connect' }] })
})
