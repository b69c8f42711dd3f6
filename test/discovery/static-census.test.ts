import t from 'tap'

import { staticDiscovery } from '../../src/discovery/static.ts'
import { staticCensus } from '../../src/discovery/static-census.ts'
import { staticFields } from '../../src/discovery/static-fields.ts'

const peer = { zone: 'a', podUid: '', port: 7790, roundsPort: 7791, hostIps: [], hostPort: 10_250 }
const nothing = Object.fromEntries(Object.entries(staticFields).map(([name, { fallback }]) => [name, fallback]))
const values = {
  ...nothing,
  peers: [
    { ...peer, node: 'n1', podUid: 'uid-1', ips: ['10.0.0.1', 'fd00::1'] },
    { ...peer, node: 'n2', ips: ['fd00::2'], roundsPort: 9 },
  ],
  dnsReplicas: [
    { name: 'dns-1', ip: '10.0.1.1', port: 53 },
    { name: 'dns-1', ip: 'fd00::1:1', port: 53 },
  ],
} as unknown as Parameters<typeof staticCensus>[0]

t.test('a static census knows what static agents know, and where they serve their rounds', async (t) => {
  const stop = new AbortController()
  const watch = staticCensus(values).watch(stop.signal)[Symbol.asyncIterator]()
  const { value: census } = await watch.next()
  const agents = staticDiscovery(values).watch(stop.signal)[Symbol.asyncIterator]()
  t.equal(census.viewHash, (await agents.next()).value.view.hash)
  t.strictSame(census.nodes, [
    { node: 'n1', zone: 'a', podUid: 'uid-1', ip: '10.0.0.1', ready: true, cordoned: false },
    { node: 'n2', zone: 'a', podUid: 'n2', ip: 'fd00::2', ready: true, cordoned: false },
  ])
  t.strictSame(census.agents, [
    { node: 'n1', podUid: 'uid-1', host: '10.0.0.1', port: 7791 },
    { node: 'n2', podUid: '', host: 'fd00::2', port: 9 },
  ])
  t.strictSame(census.replicas, [{ check: 'dns_replica', name: 'dns-1' }], 'both addresses are one replica')
  const ended = watch.next()
  stop.abort()
  t.equal((await ended).done, true)
})
