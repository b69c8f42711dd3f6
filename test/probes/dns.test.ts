import t from 'tap'

import { dnsNodelocal } from '../../src/probes/dns-nodelocal.ts'
import { dnsReplica } from '../../src/probes/dns-replica.ts'
import { dnsService } from '../../src/probes/dns-service.ts'
import { ask, configured, targetOn } from '../support/ask.ts'
import { answer, nameServer, type Reply } from '../support/name-server.ts'
import { listen } from '../support/servers.ts'
import { until } from '../support/until.ts'

const probe = configured(dnsReplica)
const internal = { variant: 'internal' } as const
const external = { variant: 'external' } as const
const exchange = [{ phase: 'exchange' }]

t.test('all DNS checks ask for a name of the cluster and for one outside', async (t) => {
  const { port, asked } = await nameServer(t, (query) => answer(query))
  for (const kind of [dnsReplica, dnsService, dnsNodelocal]) {
    const probe = configured(kind)
    asked.length = 0
    const inside = await ask(probe, targetOn(probe, port, internal))
    t.match(inside, { outcome: 'reached' })
    const outside = await ask(probe, targetOn(probe, port, external))
    t.match(outside, { outcome: 'reached', phases: exchange })
    t.match(asked, [
      { name: 'kubernetes.default.svc.cluster.local', type: 'A' },
      { name: /^([0-9a-f]\.){24}8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa$/, type: 'PTR', over: 'udp' },
    ])
  }
})

t.test('dns asks over IPv6', async (t) => {
  const { port } = await nameServer(t, (query) => answer(query), { address: '::1' })
  t.match(await ask(probe, targetOn(probe, port, { ...external, address: '::1' })), { outcome: 'reached' })
})

t.test('dns asks for the names of its settings', async (t) => {
  const { port, asked } = await nameServer(t, (query) => answer(query))
  const settings = { clusterDomain: 'corp.example', externalZone: 'probe.example' }
  const own = configured(dnsReplica, settings)
  await ask(own, targetOn(own, port, internal))
  await ask(own, targetOn(own, port, external))
  const named = configured(dnsReplica, { internalName: 'db.prod.svc.cluster.local' })
  await ask(named, targetOn(named, port, internal))
  t.match(asked, [
    { name: 'kubernetes.default.svc.corp.example', type: 'A' },
    { name: /^[0-9a-f]{16}\.probe\.example$/, type: 'A' },
    { name: 'db.prod.svc.cluster.local', type: 'A' },
  ])
})

t.test('dns never asks for the same external name, nor from the same port with the same id', async (t) => {
  const { port, asked } = await nameServer(t, (query) => answer(query, 'NXDOMAIN'))
  for (const settings of [{}, { externalZone: 'probe.example' }]) {
    const probe = configured(dnsReplica, settings)
    for (let i = 0; i < 20; i++) await ask(probe, targetOn(probe, port, external))
  }
  t.equal(new Set(asked.map(({ name }) => name)).size, 40)
  t.ok(new Set(asked.map(({ id }) => id)).size > 30)
  t.ok(new Set(asked.map(({ port }) => port)).size > 5)
})

t.test('dns names what a server answers', async (t) => {
  const cases = [
    { rcode: 'NOERROR', inside: { outcome: 'reached' }, outside: { outcome: 'reached' } },
    {
      rcode: 'NXDOMAIN',
      inside: { reason: 'name_not_found', detail: 'kubernetes.default.svc.cluster.local does not exist' },
      outside: { outcome: 'reached' },
    },
    { rcode: 'SERVFAIL', inside: { reason: 'name_server_failed' }, outside: { detail: /^SERVFAIL for .*ip6\.arpa/ } },
    { rcode: 'REFUSED', inside: { reason: 'name_server_failed' }, outside: { detail: /^REFUSED/ } },
  ] as const
  for (const { rcode, inside, outside } of cases) {
    const { port } = await nameServer(t, (query) => answer(query, rcode))
    t.match(await ask(probe, targetOn(probe, port, internal)), inside, `${rcode} inside`)
    t.match(await ask(probe, targetOn(probe, port, external)), outside, `${rcode} outside`)
  }
})

t.test('dns does not mind in which case its name comes back', async (t) => {
  const shouting: Reply = ({ questions, ...query }) =>
    answer({ ...query, questions: questions?.map(({ name, type }) => ({ type, name: name.toUpperCase() })) ?? [] })
  const { port } = await nameServer(t, shouting)
  t.match(await ask(probe, targetOn(probe, port, external)), { outcome: 'reached' })
})

t.test('dns asks for the internal name over TCP now and then', async (t) => {
  const { port, asked } = await nameServer(t, (query) => answer(query))
  for (let round = 0; round < 120; round++) await ask(probe, targetOn(probe, port, internal), { round })
  const overTcp = asked.filter(({ over }) => over === 'tcp').length
  t.ok(overTcp > 8 && overTcp < 36, `${overTcp} of 120`)
  asked.length = 0
  // Nodes that take turns every six rounds meet only some rounds.
  for (let round = 0; round < 600; round += 6) await ask(probe, targetOn(probe, port, internal), { round })
  t.ok(
    asked.some(({ over }) => over === 'tcp'),
    'over TCP too',
  )
  t.ok(
    asked.some(({ over }) => over === 'udp'),
    'over UDP too',
  )
})

t.test('dns lets go of its sockets', async (t) => {
  const { port } = await nameServer(t, (query) => answer(query))
  const silent = await nameServer(t, () => undefined)
  const quick = configured(dnsReplica, { timeout: 50 })
  const before = openSockets()
  await ask(quick, targetOn(quick, port, external))
  await ask(quick, targetOn(quick, silent.port, external), { timeoutMs: 80 })
  for (let round = 0; round < 12; round++) await ask(quick, targetOn(quick, port, internal), { round })
  await until(() => openSockets() <= before)
})

t.test('dns does not begin when it has been stopped already', async (t) => {
  const connected: unknown[] = []
  const port = await listen(t, (socket) => connected.push(socket))
  const signal = AbortSignal.abort(new Error('stopped'))
  const context = { signal, round: 1, index: 0, viewHash: '', enter: () => {} }
  await t.rejects(probe.run(targetOn(probe, port, external), context), { message: 'stopped' })
})

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCPSocketWrap|UDPWrap/.test(kind)).length
}
