import t from 'tap'

import { hintFor, nearest } from '../../src/config/nearest.ts'

t.test('nearest() finds what was meant', async (t) => {
  const known = ['timeout', 'enabled', 'port', 'MESHPROBE_ROUND']
  const cases = [
    { name: 'timout', expected: 'timeout' },
    { name: 'timeuot', expected: 'timeout' },
    { name: 'enable', expected: 'enabled' },
    { name: 'Port', expected: 'port' },
    { name: 'MESHPROBE_ROUNDS', expected: 'MESHPROBE_ROUND' },
    { name: 'zone', expected: undefined },
    { name: '', expected: undefined },
    { name: 'x'.repeat(100_000), expected: undefined },
  ]
  for (const { name, expected } of cases) t.equal(nearest(name, known), expected, name.slice(0, 20))
})

t.test('hintFor() lists what is known, unless that is too much', async (t) => {
  t.equal(hintFor('timout', ['timeout']), 'did you mean timeout?')
  t.equal(hintFor('zone', ['timeout', 'port']), 'known: timeout, port')
  t.equal(hintFor('zone', Array(40).fill('timeout')), '`meshprobe config` shows all')
})
