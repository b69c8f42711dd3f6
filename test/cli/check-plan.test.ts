import t from 'tap'

import { type CheckScene, checkPlan } from '../../src/cli/check-plan.ts'
import type { Check, Variant } from '../../src/model/check.ts'
import { addressOf, type Surroundings } from '../../src/model/peer.ts'
import type { Probe } from '../../src/model/probe.ts'
import { reached } from '../../src/model/result.ts'
import { hostTcp } from '../../src/probes/host-tcp.ts'
import { nodeport } from '../../src/probes/nodeport.ts'
import { peerTcp } from '../../src/probes/peer-tcp.ts'
import { peerOn, selfOn, surroundingsOf } from '../support/agent.ts'
import { configured } from '../support/ask.ts'

/** Asks one shared target for each of the variants. */
function probeOf(check: Check, ...variants: readonly (Variant | undefined)[]): Probe {
  const fixed = {
    check,
    name: check,
    address: '127.0.0.1',
    port: 1,
    family: 4,
    stable: false,
    perRound: 1,
    everyRounds: 1,
  } as const
  const targets = variants.map((variant) => ({ ...fixed, ...(variant !== undefined && { variant }) }))
  return { check, timeoutMs: 1000, targets: () => targets, run: async () => reached }
}

function plan(
  probes: readonly Probe[],
  scene: Partial<CheckScene> = {},
  surroundings: Surroundings = surroundingsOf([]),
) {
  const kinds = probes.map((probe) => ({ check: probe.check, probe }))
  return checkPlan({
    self: selfOn('node-1'),
    place: 'pod',
    surroundings,
    roundSeconds: 10,
    hasKey: true,
    kinds,
    ...scene,
  })
}

t.test('checkPlan() asks every peer of a mesh that is not too large', async (t) => {
  const hostIps = [addressOf('127.0.0.9')]
  const probes = [configured(peerTcp), configured(hostTcp), configured(nodeport)]
  const mesh = (count: number) =>
    surroundingsOf(
      Array.from({ length: count }, (_, i) => peerOn(`node-${i + 1}`, { hostIps })),
      { nodePort: 30_000 },
    )
  const count = (nodes: number, check: Check) =>
    plan(probes, {}, mesh(nodes)).asks.filter(({ target }) => target.check === check).length
  t.equal(count(100, 'peer_tcp'), 99)
  t.equal(count(100, 'host_tcp'), 99)
  t.equal(count(100, 'nodeport'), 100, 'our own included')
  t.ok(count(101, 'peer_tcp') < 50, 'beyond, as many as an agent would ask')
})

t.test('checkPlan() asks a conversation once', async (t) => {
  t.equal(plan([probeOf('external', undefined, undefined)]).asks.length, 1)
})

t.test('checkPlan() asks names of the cluster inside of it only', async (t) => {
  const dns = probeOf('dns_service', 'internal', 'external')
  t.equal(plan([dns], { place: 'pod' }).asks.length, 2)
  t.equal(plan([dns], { place: 'list' }).asks.length, 2)
  t.equal(plan([dns], { place: 'outside' }).asks.length, 1)
})

t.test('checkPlan() says why a check cannot be made from here', async (t) => {
  const cases: readonly { readonly why: RegExp; readonly probe: Probe; readonly scene?: Partial<CheckScene> }[] = [
    { why: /^the cluster has no target for it/, probe: probeOf('ingress') },
    { why: /^discovery\.static lists no target/, probe: probeOf('ingress'), scene: { place: 'list' } },
    { why: /^needs a place inside the cluster/, probe: probeOf('clusterip'), scene: { place: 'outside' } },
    { why: /^the settings name no target/, probe: probeOf('external'), scene: { place: 'outside' } },
    { why: /mesh key; name it in keys\.files/, probe: probeOf('clusterip', undefined), scene: { hasKey: false } },
    { why: /mesh key/, probe: probeOf('peer_udp', 'fixed'), scene: { hasKey: false } },
    { why: /^needs a place inside/, probe: probeOf('dns_service', 'internal'), scene: { place: 'outside' } },
  ]
  for (const { why, probe, scene } of cases) {
    t.match(plan([probe], scene), { asks: { length: 0 }, unchecked: [{ check: probe.check, why }] }, String(why))
  }
  t.match(plan([], { kinds: [{ check: 'external', probe: undefined }] }).unchecked, [
    { why: 'switched off in the settings' },
  ])
})

t.test('checkPlan() makes checks that need neither key nor cluster', async (t) => {
  const { asks, unchecked } = plan(
    [probeOf('peer_tcp', undefined), probeOf('host_tcp', undefined), probeOf('dns_service', 'internal', 'external')],
    { hasKey: false, place: 'outside' },
  )
  t.same(unchecked, [])
  t.same(
    asks.map(({ target: { check, variant } }) => [check, variant]),
    [
      ['peer_tcp', undefined],
      ['host_tcp', undefined],
      ['dns_service', 'external'],
    ],
  )
})
