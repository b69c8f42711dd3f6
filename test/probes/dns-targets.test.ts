import t from 'tap'

import { dnsNodelocal } from '../../src/probes/dns-nodelocal.ts'
import { dnsReplica } from '../../src/probes/dns-replica.ts'
import { dnsService } from '../../src/probes/dns-service.ts'
import { peerOn } from '../support/agent.ts'
import { configured } from '../support/ask.ts'
import { sceneOf } from '../support/scenes.ts'

const coreDns = replicas(2)
const service = { name: 'kube-system/kube-dns', ip: '10.96.0.10', family: 4, port: 53 } as const
const service6 = { ...service, ip: 'fd00:96::10', family: 6 } as const
const cache = { name: 'kube-system/node-local-dns', ip: '169.254.20.10', family: 4, port: 53 } as const
const once = { perRound: 1, everyRounds: 1, stable: false }

t.test('each server is asked for an internal and an external name', async (t) => {
  const around = { dnsReplicas: coreDns, dnsServices: [service], dnsNodeLocal: [cache] }
  const cases = [
    { kind: dnsReplica, servers: coreDns },
    { kind: dnsService, servers: [service] },
    { kind: dnsNodelocal, servers: [cache] },
  ]
  for (const { kind, servers } of cases) {
    const targets = servers.flatMap(({ name, ip, family, port }) =>
      (['internal', 'external'] as const).map((variant) => {
        return { check: kind.check, name, address: ip, family, port, variant, ...once }
      }),
    )
    const scene = sceneOf([peerOn('a')], {}, around)
    t.same(configured(kind).targets(scene), targets)
    const inside = configured(kind, { external: 'off' }).targets(scene)
    t.same(
      inside,
      targets.filter(({ variant }) => variant === 'internal'),
      'without internet',
    )
    t.same(configured(kind).targets(sceneOf([peerOn('a')])), [], 'nothing known, nobody asked')
  }
})

t.test('servers are asked in the families that we have', async (t) => {
  const around = { dnsServices: [service, service6] }
  const addresses = (podIps: readonly string[]) =>
    configured(dnsService, { external: 'off' })
      .targets(sceneOf([peerOn('a')], { podIps }, around))
      .map(({ address }) => address)
  t.same(addresses(['10.0.0.1']), ['10.96.0.10'])
  t.same(addresses(['fd00::1']), ['fd00:96::10'])
  t.same(addresses(['10.0.0.1', 'fd00::1']), ['10.96.0.10', 'fd00:96::10'])
})

t.test('of more than eight replicas, eight are asked at a time, and all of them by and by', async (t) => {
  const probe = configured(dnsReplica, { external: 'off' })
  for (const count of [8, 9, 20, 50]) {
    const scene = sceneOf([peerOn('a')], {}, { dnsReplicas: replicas(count) })
    const seen = new Set<string>()
    for (let epoch = 0; epoch < count; epoch++) {
      const names = probe.targets({ ...scene, epoch }).map(({ name }) => name)
      t.equal(new Set(names).size, 8)
      for (const name of names) seen.add(name)
      if (epoch === Math.ceil(count / 8) - 1) t.equal(seen.size, count, `${count} after ${epoch + 1} epochs`)
    }
  }
})

t.test('at any time every replica of many is asked by somebody', async (t) => {
  const probe = configured(dnsReplica, { external: 'off' })
  const scene = sceneOf([peerOn('a')], {}, { dnsReplicas: replicas(20) })
  const askers = Array.from({ length: 50 }, (_, rank) => ({ ...scene, chosen: { ...scene.chosen, rank }, epoch: 3 }))
  const asked = askers.flatMap((scene) => probe.targets(scene).map(({ name }) => name))
  const counts = replicas(20).map(({ name }) => asked.filter((one) => one === name).length)
  t.ok(Math.min(...counts) >= 15 && Math.max(...counts) <= 25, counts.join(' '))
})

t.test('before the first epoch replicas are asked too', async (t) => {
  const scene = sceneOf([peerOn('a')], {}, { dnsReplicas: replicas(12) })
  t.equal(configured(dnsReplica).targets({ ...scene, epoch: -1 }).length, 16)
})

t.test('turns keep what all nodes ask together within the budgets', async (t) => {
  const cases = [
    { nodes: 12, pods: 6, internal: 1, external: 1 },
    // 100 × 3 names in 10 s, of which 200 may be asked.
    { nodes: 100, pods: 2, internal: 1, external: 2 },
    { nodes: 1000, pods: 2, internal: 2, external: 16 },
    { nodes: 5000, pods: 8, internal: 6, external: 228 },
    { nodes: 5000, pods: 50, internal: 1, external: 228 },
  ]
  for (const { nodes, pods, internal, external } of cases) {
    const scene = sceneOf([peerOn('a')], {}, { dnsReplicas: replicas(pods), dnsServices: [service] })
    const crowd = { ...scene, chosen: { ...scene.chosen, nodes } }
    const targets = [dnsReplica, dnsService].flatMap((kind) => configured(kind).targets(crowd))
    for (const { variant, everyRounds } of targets) {
      t.equal(everyRounds, variant === 'internal' ? internal : external, `${nodes} nodes, ${pods} replicas, ${variant}`)
    }
    const perSecond = (nodes * targets.reduce((sum, { everyRounds }) => sum + 1 / everyRounds, 0)) / 10
    t.ok(perSecond / pods <= 200, `${perSecond / pods} a second at each replica`)
    const names = targets.filter(({ variant }) => variant === 'external').length
    t.ok((nodes * names) / external / 10 <= 20, `${(nodes * names) / external / 10} external names a second`)
  }
})

t.test('a replica with two addresses is one replica for the budget', async (t) => {
  const both = replicas(2).flatMap((one) => [one, { ...one, ip: one.ip.replace('10.', 'fd00::'), family: 6 as const }])
  const scene = sceneOf([peerOn('a')], { podIps: ['10.0.0.9', 'fd00::9'] }, { dnsReplicas: both })
  const targets = configured(dnsReplica).targets({ ...scene, chosen: { ...scene.chosen, nodes: 1000 } })
  // 1,000 × 4 queries in 10 s at each of two pods.
  t.match(targets[0], { variant: 'internal', everyRounds: 2 })
})

t.test('a name that no DNS message can carry is refused', async (t) => {
  const { clusterDomain, internalName, externalZone } = dnsReplica.fields
  for (const field of [clusterDomain, internalName, externalZone]) {
    t.equal(field?.parse('corp.example.'), 'corp.example', 'as answers repeat it')
    for (const raw of ['a..b', '.a', 'two words', `${'x'.repeat(64)}.example`, 'a.'.repeat(120), 5]) {
      t.throws(() => field?.parse(raw), /^expected a domain name such as "example\.com", got /)
    }
  }
  t.throws(() => clusterDomain?.parse(''), RangeError)
  t.equal(internalName?.parse(''), '')
})

function replicas(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    name: `kube-system/coredns-${i + 1}`,
    ip: `10.0.0.${i + 1}`,
    family: 4 as const,
    port: 53,
  }))
}
