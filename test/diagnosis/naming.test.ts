import t from 'tap'
import { diagnosed, named } from './drawn.ts'

const toAndFromN4 = `
      n4  *
  n4  .   x
  *   x   .
`
const toN4 = `
      n4
  *   x
`
const fromN4 = `
      *
  n4  x
`
const all = `
      *
  *   x
`

t.test('a quiet cluster has no findings', async (t) => {
  t.strictSame(named({}, 30), [])
})

t.test('faults of a node are told apart by direction and by its host address', async (t) => {
  const unread = ['n4']
  t.strictSame(named({ packets: toAndFromN4, hosts: toN4, nodePorts: toN4, unread }), ['node_down n4'])
  t.strictSame(named({ packets: toAndFromN4, unread }), ['pod_network_cut n4'])
  t.strictSame(named({ packets: toN4, unread }), ['pod_network_in n4'])
  t.strictSame(named({ packets: fromN4 }), ['pod_network_out n4'])
})

t.test('no sentence cites probes that nobody told of, and no evidence is told twice', async (t) => {
  const [, [mtu] = []] = diagnosed([
    [10, {}],
    [3, { full: toAndFromN4, unread: ['n4'] }],
  ])
  t.match(mtu?.text, /^n4: large packets vanish: to it 0\/\d+; small ones/)
  const [, [cut] = []] = diagnosed([
    [10, {}],
    [3, { packets: toAndFromN4, unread: ['n4'] }],
  ])
  const rows = cut?.evidence.map(({ check, variant, role }) => `${check} ${variant ?? ''} ${role}`) ?? []
  t.ok(rows.includes('peer_udp one_way from') && rows.includes('peer_udp  to'), rows.join())
  t.equal(new Set(rows).size, rows.length, rows.join())
})

t.test('rounds alone are enough: a view that lists nobody misses nobody', async (t) => {
  t.strictSame(named({ packets: toN4, unread: ['n4'], view: () => ({ nodes: [], replicas: [] }) }), [
    'pod_network_in n4',
  ])
})

t.test('a node whose virtual addresses fail has a kube-proxy that does not work', async (t) => {
  t.strictSame(named({ services: fromN4, apis: '  kubernetes\nn4 x' }), ['kube_proxy n4'])
})

t.test('a NodePort that fails alone is blocked', async (t) => {
  t.strictSame(named({ nodePorts: toN4 }), ['nodeport_blocked n4'])
})

t.test('large packets that vanish are a matter of the MTU', async (t) => {
  t.strictSame(named({ full: toAndFromN4 }), ['mtu n4'])
  const zones = '   n4 n5 n6\nn1 x x x\nn2 x x x\nn3 x x x'
  t.strictSame(named({ full: zones }), ['mtu a|b'])
  t.strictSame(
    [named({ full: toAndFromN4 }, 2), named({ full: zones }, 2)],
    [['mtu n4'], []],
    'at a node in two rounds',
  )
})

t.test('two zones that do not reach each other are cut, both ways or one way', async (t) => {
  const there = '   n4 n5 n6\nn1 x x x\nn2 x x x\nn3 x x x'
  const back = 'n4 x x x\nn5 x x x\nn6 x x x'
  t.strictSame(named({ packets: there }), ['zone_one_way a>b'])
  const both = `   n1 n2 n3 n4 n5 n6\n${['n1', 'n2', 'n3'].map((n) => `${n} . . . x x x`).join('\n')}\n${back.replaceAll(' x x x', ' x x x . . .')}`
  t.strictSame(named({ packets: both }), ['zone_cut a|b'])
})

t.test('DNS: a replica, its external names, the upstream, the Service', async (t) => {
  const one = '   kube-system/dns-2\n*  x'
  const oneWrong = '   kube-system/dns-2\n*  e'
  const upstream = '   *\n*  e'
  t.strictSame(named({ dnsInternal: one, dnsExternal: one }), ['dns_replica_down kube-system/dns-2'])
  t.strictSame(named({ dnsExternal: oneWrong }), ['dns_replica_external kube-system/dns-2'])
  t.strictSame(named({ dnsExternal: upstream }), ['dns_upstream cluster'])
  t.strictSame(named({ services: '   kube-system/kube-dns\n*  x' }), ['dns_service kube-system/kube-dns'])
})

t.test('the ingress: one controller, the address, all', async (t) => {
  t.strictSame(named({ ingresses: '   ingress/in-1\n*  r' }), ['ingress_replica ingress/in-1'])
  t.strictSame(named({ ingresses: '   ingress/web\n*  x' }), ['ingress_address ingress/web'])
  t.strictSame(named({ ingresses: all }), ['ingress_down ingress/web'])
})

t.test('API servers: one, all', async (t) => {
  t.strictSame(named({ apis: '   10.0.0.2\n*  x' }), ['apiserver_endpoint kubernetes 10.0.0.2'])
  t.strictSame(named({ apis: all }), ['apiserver_down kubernetes'])
})
