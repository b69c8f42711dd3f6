import t from 'tap'

import { apiserverDns } from '../../src/probes/apiserver-dns.ts'
import { apiserverEndpoint } from '../../src/probes/apiserver-endpoint.ts'
import { apiserverService } from '../../src/probes/apiserver-service.ts'
import { peerOn } from '../support/agent.ts'
import { configured } from '../support/ask.ts'
import { sceneOf } from '../support/scenes.ts'

const service = { name: 'kubernetes', ip: '10.96.0.1', family: 4, port: 443 } as const
const endpoint = { name: 'kubernetes', ip: '192.0.2.7', family: 4, port: 6443 } as const
const dns = { name: 'kube-system/kube-dns', ip: '10.96.0.10', family: 4, port: 53 } as const
const cache = { ...dns, name: 'kube-system/node-local-dns', ip: '169.254.20.10' }
const around = { apiServices: [service], apiEndpoints: [endpoint], dnsServices: [dns] }
const peers = [peerOn('a')]

t.test('API servers are asked by address, by name and one by one', async (t) => {
  const scene = sceneOf(peers, {}, around)
  t.match(configured(apiserverService).targets(scene), [{ name: 'kubernetes', address: '10.96.0.1', port: 443 }])
  t.match(configured(apiserverDns).targets(scene), [
    {
      name: 'kubernetes',
      address: 'kubernetes.default.svc.cluster.local',
      port: 443,
      resolver: { address: '10.96.0.10', port: 53, family: 4 },
    },
  ])
  t.match(configured(apiserverEndpoint).targets(scene), [{ name: '192.0.2.7:6443', address: '192.0.2.7', port: 6443 }])
  for (const kind of [apiserverService, apiserverDns, apiserverEndpoint]) {
    t.same(configured(kind).targets(sceneOf(peers)), [], 'nothing known, nobody asked')
  }
})

t.test('endpoints are told apart', async (t) => {
  const six = { ...endpoint, ip: 'fd00::7', family: 6 as const }
  const named = { ...endpoint, name: 'apiserver-1', ip: '192.0.2.8' }
  const scene = sceneOf(peers, { podIps: ['10.0.0.1', 'fd00::1'] }, { apiEndpoints: [endpoint, six, named] })
  const names = configured(apiserverEndpoint).targets(scene)
  t.same(
    names.map(({ name }) => name),
    ['192.0.2.7:6443', '[fd00::7]:6443', 'apiserver-1'],
  )
  const [only] = configured(apiserverEndpoint).targets(sceneOf(peers, {}, { apiEndpoints: [six, endpoint] }))
  t.match(only, { address: '192.0.2.7' }, 'in the families that we have')
})

t.test('the name of the API server is asked for as pods of the node ask', async (t) => {
  const settings = { clusterDomain: 'corp.example' }
  const [target] = configured(apiserverDns, settings).targets(sceneOf(peers, {}, { ...around, dnsNodeLocal: [cache] }))
  t.match(target, { address: 'kubernetes.default.svc.corp.example', resolver: { address: '169.254.20.10' } })
  t.same(configured(apiserverDns).targets(sceneOf(peers, {}, { ...around, dnsServices: [] })), [], 'no name server')
  t.same(configured(apiserverDns).targets(sceneOf(peers, {}, { ...around, apiServices: [] })), [], 'no cluster')
})

t.test('turns keep the handshakes at each endpoint within their budget', async (t) => {
  const cases = [
    { nodes: 100, endpoints: 1, everyRounds: 1 },
    { nodes: 1000, endpoints: 3, everyRounds: 4 },
    { nodes: 5000, endpoints: 3, everyRounds: 17 },
    { nodes: 5000, endpoints: 0, everyRounds: 31 },
  ]
  for (const { nodes, endpoints, everyRounds } of cases) {
    const apiEndpoints = Array.from({ length: endpoints }, (_, i) => ({ ...endpoint, ip: `192.0.2.${i + 1}` }))
    const scene = sceneOf(peers, {}, { ...around, apiEndpoints })
    const crowd = { ...scene, chosen: { ...scene.chosen, nodes } }
    const all = [apiserverService, apiserverDns, apiserverEndpoint].flatMap((kind) => configured(kind).targets(crowd))
    for (const target of all) t.equal(target.everyRounds, everyRounds, `${nodes} nodes, ${endpoints} endpoints`)
    const each = (nodes * all.length) / everyRounds / 10 / Math.max(1, endpoints)
    t.ok(each <= 50, `${each} handshakes a second at each endpoint`)
  }
})
