import { Ajv } from 'ajv'
import t from 'tap'

import { settings } from '../../src/cli/settings.ts'
import { settingsRules } from '../../src/cli/settings-rules.ts'
import { fromFile } from '../../src/config/file-source.ts'
import { jsonSchema } from '../../src/config/json-schema.ts'
import { readSettings } from '../../src/config/read-settings.ts'
import { settingsIn } from '../../src/config/settings.ts'
import * as kinds from '../../src/probes/kinds.ts'

const all = settingsIn(settings)
const schema = new Ajv({ allowUnionTypes: true, strict: true }).compile(jsonSchema(settings))

function read(body: unknown) {
  const file = fromFile(settings, { name: 'm.json', text: JSON.stringify(body) })
  return readSettings(settings, [file], settingsRules).values
}

t.test('every setting has one name in the environment', async (t) => {
  const names = all.map(({ environment }) => environment)
  t.same(names, [...new Set(names)])
  for (const name of names) t.match(name, /^MESHPROBE_[A-Z][A-Z0-9_]*$/)
})

t.test('every default is what its own text says, and has a sentence', async (t) => {
  for (const { path, field } of all) {
    t.same(field.parse(field.written), field.fallback, path)
    t.ok(field.doc.length > 5 && field.expects.length > 3, `${path} is explained`)
  }
})

t.test('every check brings its settings', async (t) => {
  for (const { check } of Object.values(kinds)) {
    const own = all.filter(({ path }) => path.startsWith(`checks.${check}.`)).map(({ keys }) => keys.at(-1))
    t.ok(own.includes('enabled') && own.includes('timeout'), check)
  }
})

t.test('the defaults work together', async (t) => {
  t.match(read({}), { round: 10_000, slot: 500, listen: { port: 7790 }, checks: { peer_http: { timeout: 2000 } } })
})

const peer = (node: string) => ({ node, ips: ['127.0.0.1'], port: 1 })

t.test('what the reader takes, the schema takes', async (t) => {
  const good = [
    {},
    { round: '5s', slot: '250ms', listen: { addresses: ['127.0.0.1', '::1'], port: 0 } },
    { checks: { peer_http: { enabled: false, timeout: '1s' }, ingress: { tls: true, host: 'probe.example' } } },
    { discovery: { kind: 'static', static: { peers: [peer('a'), { ...peer('b'), zone: 'z', hostPort: 22 }] } } },
    { discovery: { kubernetes: { interval: '1m', ingressNamespace: 'ingress', ingressService: 'controller' } } },
    { discovery: { kubernetes: { interval: 'auto' } }, checks: null },
  ]
  for (const body of good) {
    t.doesNotThrow(() => read(body), JSON.stringify(body))
    t.ok(schema(body), `the schema takes ${JSON.stringify(body)}: ${JSON.stringify(schema.errors)}`)
  }
})

t.test('what is of the wrong shape, both refuse', async (t) => {
  const bad = [
    { body: { rond: '5s' }, message: 'rond: no such setting; did you mean round? (file m.json:1)' },
    { body: { round: 5 }, message: /^round: expected a duration from 5s to 30s such as "10s", got 5 / },
    { body: { listen: { port: '80' } }, message: /^listen\.port: expected a whole number from 0 to 65535, got "80" / },
    { body: { listen: 80 }, message: /^listen: expected a section, got 80 / },
    { body: { podIps: '10.0.0.1' }, message: /^podIps: expected a list of texts, at most 256, got "10\.0\.0\.1" / },
    { body: { checks: { peer_htp: {} } }, message: /^checks\.peer_htp: no such setting; did you mean peer_http\? / },
    {
      body: { checks: { peer_http: { enabled: 'no' } } },
      message: /^checks\.peer_http\.enabled: expected true or false, /,
    },
    {
      body: { discovery: { kind: 'dns' } },
      message: /^discovery\.kind: expected one of kubernetes, static, got "dns" /,
    },
    {
      body: { discovery: { static: { peers: {} } } },
      message: /^discovery\.static\.peers: expected a list of sections/,
    },
    {
      body: { discovery: { static: { peers: [{ nod: 'a' }] } } },
      message: /item 0: no setting "nod"; did you mean node\?/,
    },
    { body: { discovery: { static: { peers: [{ node: 'a' }] } } }, message: /item 0: expected ips, got none/ },
    { body: { discovery: { kubernetes: { interval: 'soon' } } }, message: /interval: expected .*got "soon"/ },
    { body: [], message: /^m\.json: expected a section, got \[\] / },
  ]
  for (const { body, message } of bad) {
    t.throws(() => read(body), { name: 'ConfigError', message }, JSON.stringify(body))
    t.notOk(schema(body), `the schema refuses ${JSON.stringify(body)}`)
  }
})

t.test('what cannot work together, the reader refuses', async (t) => {
  const discovery = (kubernetes: object) => ({ discovery: { kubernetes } })
  const cases = [
    { body: { round: '31s' }, message: /^round: expected a duration from 5s to 30s / },
    { body: { slot: '300ms' }, message: /^slot: expected a part of round, 10000 ms, got 300 ms / },
    {
      body: { checks: { peer_http: { timeout: '7s' } } },
      message: /^checks\.peer_http\.timeout: expected at most 60 % of round, 6000 ms, got 7000 ms /,
    },
    {
      body: { listen: { port: 7791 } },
      message: 'metrics.port: expected another port than listen.port, got 7791 for both',
    },
    {
      body: discovery({ tokenFile: '' }),
      message: 'discovery.kubernetes.namespace: expected a namespace, got none and no tokenFile to find it beside',
    },
    {
      body: discovery({ ingressService: 'controller' }),
      message: 'discovery.kubernetes.ingressNamespace: expected a name, because ingressService is set, got ""',
    },
    {
      body: discovery({ ingressNamespace: 'ingress' }),
      message: 'discovery.kubernetes.ingressService: expected a name, because ingressNamespace is set, got ""',
    },
    {
      body: { discovery: { static: { peers: [peer('a')] } } },
      message: 'discovery.kind: expected static, because discovery.static.peers is set, got kubernetes',
    },
    {
      body: { discovery: { kind: 'static', static: { peers: [peer('a'), peer('a')] } } },
      message: /^discovery\.static\.peers: item 1: expected another node, got "a" twice /,
    },
    {
      body: { node: 'c', discovery: { kind: 'static', static: { peers: [peer('a')] } } },
      message: /^discovery\.static\.peers: expected every agent, ourselves included, got none on node "c" /,
    },
  ]
  for (const { body, message } of cases)
    t.throws(() => read(body), { name: 'ConfigError', message }, JSON.stringify(body))
})

t.test('what only looks impossible is taken', async (t) => {
  const cases = [
    { listen: { port: 0 }, metrics: { port: 0 } },
    { listen: { port: 80, addresses: ['127.0.0.1'] }, metrics: { port: 80, addresses: ['127.0.0.2'] } },
    { checks: { peer_http: { timeout: '7s', enabled: false } } },
    { round: '5s' },
    { node: 'a', discovery: { kind: 'static', static: { peers: [peer('a')] } } },
    { discovery: { kubernetes: { tokenFile: '', namespace: 'meshprobe' } } },
  ]
  for (const body of cases) t.doesNotThrow(() => read(body), JSON.stringify(body))
})
