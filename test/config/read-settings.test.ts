import t from 'tap'

import { fromEnvironment, fromPod } from '../../src/config/environment-source.ts'
import { duration, filledBy, port, text } from '../../src/config/fields.ts'
import { fromFile } from '../../src/config/file-source.ts'
import { fromFlags } from '../../src/config/flag-source.ts'
import { type Rule, readSettings } from '../../src/config/read-settings.ts'

const tree = {
  node: filledBy('NODE_NAME', text('nobody', 'who we are')),
  round: duration('10s', { min: '5s', max: '30s' }, 'how long a round is'),
  listen: { port: port(7790, 'where to listen'), hostPort: port(10_250, 'where the host listens') },
}

const file = (body: string) => fromFile(tree, { name: 'm.yaml', text: body })
const flags = (given: Readonly<Record<string, string>>) => fromFlags(tree, new Map(Object.entries(given)))

t.test('readSettings() takes the last source that says something', async (t) => {
  const sources = [
    fromPod(tree, { NODE_NAME: 'node-1' }),
    file('node: node-2\nround: 11s\nlisten: {port: 1, hostPort: 2}'),
    fromEnvironment(tree, { MESHPROBE_ROUND: '12s', MESHPROBE_LISTEN_PORT: '3' }),
    flags({ 'listen.port': '4' }),
  ]
  const seen = [
    { upTo: 0, values: { node: 'nobody', round: 10_000, listen: { port: 7790, hostPort: 10_250 } } },
    { upTo: 1, values: { node: 'node-1', round: 10_000, listen: { port: 7790, hostPort: 10_250 } } },
    { upTo: 2, values: { node: 'node-2', round: 11_000, listen: { port: 1, hostPort: 2 } } },
    { upTo: 3, values: { node: 'node-2', round: 12_000, listen: { port: 3, hostPort: 2 } } },
    { upTo: 4, values: { node: 'node-2', round: 12_000, listen: { port: 4, hostPort: 2 } } },
  ]
  for (const { upTo, values } of seen) t.same(readSettings(tree, sources.slice(0, upTo), []).values, values)
  const { settings } = readSettings(tree, sources, [])
  t.same(
    settings.map(({ path, environment, written, origin }) => [path, environment, written, origin]),
    [
      ['node', 'MESHPROBE_NODE', 'node-2', { from: 'file', file: 'm.yaml', line: 1 }],
      ['round', 'MESHPROBE_ROUND', '12s', { from: 'environment', name: 'MESHPROBE_ROUND' }],
      ['listen.port', 'MESHPROBE_LISTEN_PORT', 4, { from: 'flag' }],
      ['listen.hostPort', 'MESHPROBE_LISTEN_HOST_PORT', 2, { from: 'file', file: 'm.yaml', line: 3 }],
    ],
  )
})

t.test('readSettings() says everything that is wrong in any source', async (t) => {
  const sources = [
    file('round: 3\nlisten:\n  prot: 80'),
    fromEnvironment(tree, { MESHPROBE_LISTEN_PORT: 'x', MESHPROBE_ROUNDS: '5s' }),
    flags({ round: '1s' }),
  ]
  t.throws(() => readSettings(tree, sources, []), {
    name: 'ConfigError',
    message: [
      'listen.prot: no such setting; did you mean port? (file m.yaml:3)',
      'MESHPROBE_ROUNDS: no such setting; did you mean MESHPROBE_ROUND?',
      'round: expected a duration from 5s to 30s such as "10s", got 3 (file m.yaml:1)',
      'listen.port: expected a whole number from 0 to 65535, got "x" (environment MESHPROBE_LISTEN_PORT)',
      'round: expected a duration from 5s to 30s such as "10s", got "1s" (flag)',
    ].join('\n'),
  })
})

t.test('readSettings() asks the rules when each setting by itself is right', async (t) => {
  const rule: Rule<typeof tree> = ({ listen }) =>
    listen.port === listen.hostPort ? [{ path: 'listen.port', problem: 'expected another port' }] : []
  t.doesNotThrow(() => readSettings(tree, [], [rule]))
  t.throws(() => readSettings(tree, [flags({ 'listen.port': '10250' })], [rule]), {
    message: 'listen.port: expected another port (flag)',
  })
  t.throws(() => readSettings(tree, [flags({ 'listen.hostPort': '7790' })], [rule]), {
    message: 'listen.port: expected another port',
  })
})
