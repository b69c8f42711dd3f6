import t from 'tap'

import { port, text } from '../../src/config/fields.ts'
import { sections } from '../../src/config/sections.ts'

const peers = sections({ node: text('', 'its name'), port: port(7790, 'where it answers') }, 'who there is')

t.test('sections() reads each section by its table', async (t) => {
  t.same(peers.parse([{ node: 'a' }, { node: 'b', port: 1 }]), [
    { node: 'a', port: 7790 },
    { node: 'b', port: 1 },
  ])
  t.same(peers.fallback, [])
  t.equal(peers.fromText('[]'), '[]', 'only a file can hold one')
})

t.test('sections() says which item is wrong', async (t) => {
  const cases = [
    { raw: {}, message: 'expected a list of sections, at most 10000, got {}' },
    { raw: Array(10_001), message: /^expected a list of sections, at most 10000, got / },
    { raw: [{}, 'b'], message: 'item 1: expected a section, got "b"' },
    { raw: [null], message: 'item 0: expected a section, got null' },
    { raw: [[]], message: 'item 0: expected a section, got []' },
    { raw: [{ nodes: 'a' }], message: 'item 0: no setting "nodes"; did you mean node?' },
    { raw: [{ xxxxxxxx: 1 }], message: 'item 0: no setting "xxxxxxxx"; known: node, port' },
    { raw: [{ port: 'x' }], message: 'item 0, port: expected a whole number from 0 to 65535, got "x"' },
  ]
  for (const { raw, message } of cases)
    t.throws(() => peers.parse(raw), { name: 'RangeError', message }, String(message))
})
