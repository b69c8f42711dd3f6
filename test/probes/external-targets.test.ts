import t from 'tap'

import { external } from '../../src/probes/external.ts'
import { peerOn } from '../support/agent.ts'
import { configured } from '../support/ask.ts'
import { sceneOf } from '../support/scenes.ts'

const { targets: field, okStatus } = external.fields
const dns = { name: 'kube-system/kube-dns', ip: '10.96.0.10', family: 4, port: 53 } as const
const cache = { ...dns, name: 'kube-system/node-local-dns', ip: '169.254.20.10' }
const peers = [peerOn('a')]

t.test('external asks what the user lists, under the names that the user gave', async (t) => {
  const cases = [
    { written: 'https://www.example/a?b=c', address: 'www.example', port: 443, family: 4 },
    { written: 'http://www.example', address: 'www.example', port: 80, family: 4 },
    { written: 'https://www.example:8443/', address: 'www.example', port: 8443, family: 4 },
    { written: 'https://10.0.0.7/', address: '10.0.0.7', port: 443, family: 4 },
    { written: 'https://[fd00::7]:8443/', address: 'fd00::7', port: 8443, family: 6 },
    { written: 'dns:www.example', address: 'www.example', port: 53, family: 4 },
    { written: 'dns:www.example.', address: 'www.example', port: 53, family: 4 },
    { written: 'tcp:db.example:5432', address: 'db.example', port: 5432, family: 4 },
    { written: 'tcp:10.0.0.7:5432', address: '10.0.0.7', port: 5432, family: 4 },
    { written: 'tcp:[fd00::7]:5432', address: 'fd00::7', port: 5432, family: 6 },
  ]
  const all = cases.map(({ written }) => written)
  t.same(field?.parse(all), all)
  for (const { written, ...where } of cases) {
    const [target] = configured(external, { targets: [written] }).targets(sceneOf(peers))
    const fixed = { check: 'external', perRound: 1, everyRounds: 6, stable: false }
    t.same(target, { name: written, ...where, ...fixed })
  }
})

t.test('external refuses what it cannot ask, and says what it expected', async (t) => {
  const odd = [
    'www.example',
    'ftp://www.example/',
    'https:www.example',
    'https://',
    'https://two words/',
    'https://user:secret@www.example/',
    'http://www.example:99999/',
    'dns:',
    'dns:two words',
    'dns:10.0.0.7',
    'tcp:db.example',
    'tcp:db.example:0',
    'tcp:db.example:65536',
    'tcp:db.example:http',
    'tcp::5432',
    'tcp:fd00::7:5432',
    'udp:db.example:53',
  ]
  for (const written of odd) {
    const message = `expected https://HOST/PATH, http://HOST/PATH, dns:NAME or tcp:HOST:PORT, got ${JSON.stringify(written)}`
    t.throws(() => field?.parse(['dns:fine.example', written]), { name: 'RangeError', message })
  }
  t.throws(() => field?.parse('dns:www.example'), /^expected a list of texts/)
})

t.test('external takes statuses one by one or by their hundred', async (t) => {
  t.same(okStatus?.parse(['200', '4xx']), ['200', '4xx'])
  for (const odd of ['ok', '2x', '20x', '600', '2000', '']) {
    t.throws(() => okStatus?.parse([odd]), { message: `expected statuses such as "200" or "2xx", got "${odd}"` })
  }
})

t.test('external asks once a minute by default', async (t) => {
  const cases = [
    { settings: {}, roundSeconds: 10, everyRounds: 6 },
    { settings: {}, roundSeconds: 5, everyRounds: 12 },
    { settings: { every: 5000 }, roundSeconds: 10, everyRounds: 1 },
    { settings: { every: 300_000 }, roundSeconds: 10, everyRounds: 30 },
  ]
  for (const { settings, roundSeconds, everyRounds } of cases) {
    const probe = configured(external, { targets: ['dns:a.example'], ...settings })
    t.match(probe.targets({ ...sceneOf(peers), roundSeconds }), [{ everyRounds }])
  }
})

t.test('all nodes together ask the servers of others no more than twenty times a second', async (t) => {
  const targets = Array.from({ length: 4 }, (_, i) => `dns:${i}.example`)
  const scene = sceneOf(peers)
  const [target] = configured(external, { targets }).targets({ ...scene, chosen: { ...scene.chosen, nodes: 5000 } })
  t.equal(target?.everyRounds, 100)
})

t.test('external asks for names as pods of the node do', async (t) => {
  const probe = configured(external, { targets: ['dns:a.example'] })
  const six = { ...dns, ip: 'fd00::10', family: 6 } as const
  const resolverIn = (around: object, self = {}) => probe.targets(sceneOf(peers, self, around))[0]?.resolver?.address
  t.equal(resolverIn({ dnsServices: [dns] }), '10.96.0.10')
  t.equal(resolverIn({ dnsServices: [dns], dnsNodeLocal: [cache] }), '169.254.20.10')
  t.equal(resolverIn({ dnsServices: [dns, six] }, { podIps: ['fd00::1'] }), 'fd00::10')
  t.equal(resolverIn({}), undefined)
  t.match(probe.targets(sceneOf(peers, { podIps: ['fd00::1'] })), [{ family: 6 }], 'IPv6 first without IPv4')
})
