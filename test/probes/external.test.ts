import dns, { getServers } from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

import t from 'tap'

import { external } from '../../src/probes/external.ts'
import { ask, configured, toolsFor } from '../support/ask.ts'
import { makeCertificate } from '../support/certificates.ts'
import { externalTarget } from '../support/external-target.ts'
import { answer, nameServer, onLoopback, type Reply } from '../support/name-server.ts'
import { closedPort, listen, listenInSilence } from '../support/servers.ts'
import { until } from '../support/until.ts'

t.test('external connects to a host and port', async (t) => {
  const port = await listenInSilence(t)
  const reached = externalTarget(`tcp:127.0.0.1:${port}`)
  t.match(await ask(reached.probe, reached.target), { outcome: 'reached', phases: [{ phase: 'connect' }] })
  const closed = externalTarget(`tcp:127.0.0.1:${await closedPort()}`)
  t.match(await ask(closed.probe, closed.target), { reason: 'refused', phases: [{ phase: 'connect' }] })
})

t.test('external finds the address of a name first', async (t) => {
  const port = await listenInSilence(t)
  const dns = await nameServer(t, onLoopback)
  const { probe, target } = externalTarget(`tcp:db.example:${port}`, dns.port)
  const result = await ask(probe, target)
  t.match(result, { outcome: 'reached', phases: [{ phase: 'resolve' }, { phase: 'connect' }] })
  t.match(dns.asked, [{ name: 'db.example', type: 'A' }])
})

t.test('external takes the other family when a name has no address in ours', async (t) => {
  const port = await listen(t, (socket) => socket.resume(), '::1')
  const dns = await nameServer(t, (query, { name, type }) =>
    answer(query, 'NOERROR', type === 'AAAA' ? [{ type: 'AAAA', name, ttl: 5, data: '::1' }] : []),
  )
  const { probe, target } = externalTarget(`tcp:six.example:${port}`, dns.port)
  t.match(await ask(probe, target), { outcome: 'reached' })
  t.match(dns.asked, [{ type: 'A' }, { type: 'AAAA' }])
  dns.asked.length = 0
  t.match(await ask(probe, { ...target, family: 6 }), { outcome: 'reached' })
  t.match(dns.asked, [{ type: 'AAAA' }])
  t.equal(dns.asked.length, 1)
})

t.test('external asks where this machine asks when nobody knows better', async (t) => {
  const own = getServers()
  const setServers = (servers: readonly string[]) => {
    dns.setServers(servers)
    // It makes a new resolver, of which importers of its functions would not hear.
    syncBuiltinESMExports()
  }
  t.teardown(() => setServers(own))
  for (const address of ['127.0.0.1', '::1']) {
    const { port, asked } = await nameServer(t, onLoopback, { address })
    setServers([address === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`])
    const { probe, target } = externalTarget('dns:www.example')
    const { resolver: _none, ...here } = target
    t.match(await ask(probe, here), { outcome: 'reached' })
    t.match(asked, [{ name: 'www.example' }])
  }
  setServers([])
  const { probe, target } = externalTarget('dns:www.example')
  const { resolver: _none, ...here } = target
  const result = await ask(probe, here)
  t.match(result, { reason: 'name_server_failed', detail: /knows no name server/, phases: [{ phase: 'resolve' }] })
})

t.test('external asks for a name, which has to exist', async (t) => {
  const cases: readonly { reply: Reply; match: object }[] = [
    { reply: onLoopback, match: { outcome: 'reached', phases: [{ phase: 'resolve' }] } },
    { reply: (query) => answer(query, 'NXDOMAIN'), match: { reason: 'name_not_found', detail: /does not exist/ } },
    { reply: (query) => answer(query), match: { reason: 'name_not_found', detail: 'www.example has no A record' } },
    { reply: (query) => answer(query, 'SERVFAIL'), match: { reason: 'name_server_failed' } },
    { reply: (query) => answer(query, 'REFUSED'), match: { reason: 'name_server_failed' } },
    { reply: () => Buffer.from('garbage'), match: { reason: 'bad_reply' } },
    { reply: () => undefined, match: { reason: 'timeout', phases: [{ phase: 'resolve' }] } },
  ]
  for (const { reply, match } of cases) {
    const dns = await nameServer(t, reply)
    const { probe, target } = externalTarget('dns:www.example', dns.port)
    const result = await ask(probe, target, { timeoutMs: 100 })
    t.match(result, match, String(reply))
    t.ok(result.durationMs < 1000, 'and says so in time')
    t.match(dns.asked[0], { name: 'www.example' })
  }
})

t.test('external says in which step a name fails for every kind of target', async (t) => {
  const dns = await nameServer(t, (query) => answer(query, 'SERVFAIL'))
  for (const written of ['dns:a.example', 'tcp:a.example:1', 'http://a.example/', 'https://a.example/']) {
    const { probe, target } = externalTarget(written, dns.port)
    const result = await ask(probe, target)
    t.match(result, { reason: 'name_server_failed', detail: 'SERVFAIL for a.example', phases: [{ phase: 'resolve' }] })
    t.equal(result.phases.length, 1, written)
  }
})

t.test('external does not start with a CA file that cannot be read, if it needs one', async (t) => {
  const caFile = join(t.testdir({ 'ca.crt': makeCertificate({ name: 'a CA' }).cert }), 'missing.crt')
  t.throws(() => configured(external, { targets: ['https://a.example'], caFile }), { code: 'ENOENT' })
  t.doesNotThrow(() => configured(external, { targets: ['http://a.example'], caFile }))
})

t.test('external lets go of its sockets', async (t) => {
  const before = openSockets()
  const port = await listenInSilence(t)
  const dns = await nameServer(t, () => undefined)
  const waiting = openSockets()
  for (const written of [`tcp:127.0.0.1:${port}`, 'tcp:a.example:1', 'dns:a.example']) {
    const { probe, target } = externalTarget(written, dns.port)
    await ask(probe, target, { timeoutMs: 50 })
  }
  await until(() => openSockets() <= waiting)
  t.ok(waiting >= before)
})

t.test('external leaves by the transport that it was handed', async (t) => {
  const tools = toolsFor()
  const asked: number[] = []
  const transport = {
    ...tools.transport,
    connect: (to: { address: string; port: number }) => {
      asked.push(to.port)
      return tools.transport.connect(to)
    },
  }
  const port = await closedPort()
  for (const written of [`tcp:127.0.0.1:${port}`, `http://127.0.0.1:${port}/`]) {
    const { probe, target } = externalTarget(written, 53, {}, { ...tools, transport })
    t.match(await ask(probe, target), { reason: 'refused', phases: [{ phase: 'connect' }] })
  }
  t.same(asked, [port, port])
})

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCPSocketWrap|UDPWrap/.test(kind)).length
}
