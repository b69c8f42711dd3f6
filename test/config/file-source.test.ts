import t from 'tap'

import { duration, port, text } from '../../src/config/fields.ts'
import { fromFile } from '../../src/config/file-source.ts'
import { readSettings } from '../../src/config/read-settings.ts'

const tree = {
  round: duration('10s', { min: '5s', max: '30s' }, ''),
  checks: { peer_http: { timeout: duration('2s', { min: '50ms', max: '10s' }, '') }, dns: { name: text('', '') } },
  listen: { port: port(7790, '') },
}

function read(body: string) {
  return readSettings(tree, [fromFile(tree, { name: 'm.yaml', text: body })], []).values
}

t.test('fromFile() reads YAML, and JSON, which is YAML', async (t) => {
  const wanted = { round: 5000, checks: { peer_http: { timeout: 1000 }, dns: { name: 'a' } }, listen: { port: 80 } }
  t.same(read('round: 5s\nchecks:\n  peer_http: {timeout: 1s}\n  dns:\n    name: a\nlisten: {port: 80}\n'), wanted)
  t.same(
    read(
      JSON.stringify({
        round: '5s',
        checks: { peer_http: { timeout: '1s' }, dns: { name: 'a' } },
        listen: { port: 80 },
      }),
    ),
    wanted,
  )
  const defaults = read('')
  for (const nothing of ['# nothing\n', '{}', 'checks:\n', 'checks:\n  peer_http:\n']) t.same(read(nothing), defaults)
})

t.test('fromFile() says what is wrong and on which line', async (t) => {
  const cases = [
    {
      name: 'unknown section',
      body: 'round: 5s\nlisen:\n  port: 1',
      message: 'lisen: no such setting; did you mean listen? (file m.yaml:2)',
    },
    {
      name: 'unknown setting',
      body: 'checks:\n  peer_http:\n    timout: 1s',
      message: 'checks.peer_http.timout: no such setting; did you mean timeout? (file m.yaml:3)',
    },
    {
      name: 'nothing like it',
      body: 'zzzzzzzz: 1',
      message: 'zzzzzzzz: no such setting; known: round, checks, listen (file m.yaml:1)',
    },
    {
      name: 'name of an object',
      body: 'constructor: 1',
      message: 'constructor: no such setting; known: round, checks, listen (file m.yaml:1)',
    },
    {
      name: '__proto__',
      body: '{"__proto__": {"round": "5s"}}',
      message: '__proto__: no such setting; known: round, checks, listen (file m.yaml:1)',
    },
    {
      name: 'wrong unit',
      body: 'round: 5',
      message: 'round: expected a duration from 5s to 30s such as "10s", got 5 (file m.yaml:1)',
    },
    {
      name: 'wrong type',
      body: '\n\nlisten:\n  port: "80"',
      message: 'listen.port: expected a whole number from 0 to 65535, got "80" (file m.yaml:4)',
    },
    {
      name: 'behind an alias',
      body: 'checks:\n  peer_http: &a\n    timeout: 3\n  dns: *a',
      message: /^checks\.dns\.timeout: no such setting; known: name \(file m\.yaml:4\)/,
    },
    {
      name: 'no value',
      body: 'round:',
      message: 'round: expected a duration from 5s to 30s such as "10s", got null (file m.yaml:1)',
    },
    { name: 'value for a section', body: 'checks: 3', message: 'checks: expected a section, got 3 (file m.yaml:1)' },
    { name: 'list for a section', body: 'checks: [1]', message: 'checks: expected a section, got [1] (file m.yaml:1)' },
    {
      name: 'list for everything',
      body: '- round: 5s',
      message: 'm.yaml: expected a section, got [{"round":"5s"}] (file m.yaml:1)',
    },
    { name: 'text for everything', body: 'hello', message: 'm.yaml: expected a section, got "hello" (file m.yaml:1)' },
    {
      name: 'twice',
      body: 'round: 5s\nlisten: {port: 1}\nround: 6s',
      message: 'm.yaml: expected every setting once, got "round" twice (file m.yaml:3)',
    },
    {
      name: 'twice in JSON',
      body: '{"round": "5s",\n"round": "6s"}',
      message: 'm.yaml: expected every setting once, got "round" twice (file m.yaml:2)',
    },
    { name: 'unknown tag', body: 'round: !time 5s', message: 'm.yaml: Unresolved tag: !time (file m.yaml:1)' },
  ]
  for (const { name, body, message } of cases) t.throws(() => read(body), { name: 'ConfigError', message }, name)
})

t.test('fromFile() refuses what is no YAML', async (t) => {
  t.throws(() => read('round: 5s\n bad: ["'), { message: /\(file m\.yaml:\d\)/ })
  t.throws(() => read('round: 5s\n---\nround: 6s'), { message: /multiple documents/ })
})

t.test('fromFile() refuses aliases that grow without bounds', async (t) => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    )
  t.throws(() => read(lines.join('\n')), { name: 'ConfigError', message: /^m\.yaml: Excessive alias count/ })
})
