import fc from 'fast-check'
import t from 'tap'

import { readReply } from '../../src/probes/http-messages.ts'
import { judgeIdentity, readIdentity, sealIdentity } from '../../src/probes/identity.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { askedOf, readQuestion } from '../../src/probes/question.ts'
import { createRepeats } from '../../src/probes/repeats.ts'
import { seal, sealedLimit, unseal } from '../../src/probes/sealed.ts'
import { peerOn } from '../support/agent.ts'
import { meshKey, toolsFor } from '../support/ask.ts'
import { node2 } from '../support/responders.ts'

const keyring = createKeyring([meshKey])
const other = createKeyring([Buffer.from('another')])
const word = fc.string({ unit: 'grapheme', maxLength: 60 })

t.test('an identity arrives as it was sent, whatever its names look like', async () => {
  fc.assert(
    fc.property(
      fc.tuple(word, word, word, word, word, fc.boolean()),
      ([cluster, node, zone, podUid, bootId, draining]) => {
        const identity = { cluster, node, zone, hostIp: 'fd00::1', podUid, bootId, draining }
        const text = sealIdentity(identity, 'nonce', keyring)
        const reply = readIdentity(text, 'nonce', keyring)
        return /^[\x21-\x7e]*$/.test(text) && reply.reply === 'identity' && deepEqual(reply.identity, identity)
      },
    ),
  )
})

t.test('a question says all that the receiver counts by, and nothing more is believed', async (t) => {
  const tools = toolsFor({ wallMs: () => 1234.5 })
  const target = { check: 'peer_udp', name: 'b', address: '', port: 1, family: 4, peer: peerOn('b') } as const
  const context = { round: 7, index: 0, viewHash: 'v&=', signal: new AbortController().signal, enter: () => {} }
  const { text, nonce } = askedOf({ ...target, stable: true, perRound: 1, everyRounds: 1 }, tools, context, 2)
  t.same(readQuestion(text, keyring), {
    seal: 'valid',
    question: { check: 'peer_udp', from: 'node-1', round: 7, index: 2, nonce, viewHash: 'v&=', sentMs: 1235 },
  })
  t.match(text, /&boot=boot-1&to=uid-b&/)
  t.same(readQuestion(text, other), { seal: 'forged', nonce })
  const { seal: state } = readQuestion(seal('probe', { nonce, round: -1, index: 0, sent: 0 }, keyring), keyring)
  t.equal(state, 'foreign', 'a round below 0')
})

t.test('one changed character breaks the seal', async (t) => {
  const text = seal('probe', { from: 'node-1', round: 5 }, keyring)
  t.match(unseal('probe', text, keyring), { seal: 'valid' })
  for (let at = 0; at < text.length; at++) {
    // The last character carries bits that base64 does not use; any other one would make it the same MAC.
    if (at === text.length - 1) continue
    const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`
    if (unseal('probe', changed, keyring).seal === 'valid') t.fail(changed)
  }
})

t.test('an answer is no question, and nothing long is looked at', async (t) => {
  const text = sealIdentity(node2, 'abcdefghijklmnopqrstuv', keyring)
  t.same(readQuestion(text, keyring), { seal: 'foreign' })
  const long = seal('probe', { from: 'x'.repeat(sealedLimit) }, keyring)
  t.same(unseal('probe', long, keyring), { seal: 'foreign' })
})

t.test('whatever is received, reading it never throws and never succeeds without the key', async () => {
  const pieces = fc.constantFrom(
    'meshprobe=1.probe',
    'meshprobe=1.reply',
    '&',
    '=',
    'mac',
    'nonce',
    '%',
    '\r\n',
    'HTTP/1.1 ',
  )
  const http = fc.constantFrom('200', ' ', 'Content-Length: 5', 'Transfer-Encoding: chunked', '5', '\r\n\r\n', '0', ';')
  const received = fc.array(fc.oneof(pieces, http, fc.string({ unit: 'binary' })), { maxLength: 30 })
  fc.assert(
    fc.property(received, fc.boolean(), (parts, ended) => {
      const text = parts.join('')
      readReply(text, ended)
      return readQuestion(text, keyring).seal !== 'valid' && readIdentity(text, '', keyring).reply !== 'identity'
    }),
    { numRuns: 2000 },
  )
})

t.test('a reply is complete when its last byte has come, and not before', async (t) => {
  const replies = [
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n',
  ]
  for (const reply of replies) {
    for (let length = 0; length < reply.length; length++) {
      t.equal(readReply(reply.slice(0, length), false).state, 'incomplete')
    }
    t.match(readReply(reply, false), { state: 'complete', reply: { status: 200, body: 'abc' } })
  }
})

t.test('a question is new once, as long as it is among the last ones', async (t) => {
  const repeats = createRepeats(3)
  const nonces = [
    'AAAAAAAAAAAAAAAAAAAAAA',
    'BBBBBBBBBBBBBBBBBBBBBA',
    'CCCCCCCCCCCCCCCCCCCCCA',
    'DDDDDDDDDDDDDDDDDDDDDA',
  ]
  const [a = '', b = '', c = '', d = ''] = nonces
  t.same([a, b, c].map(repeats.firstTime), [true, true, true])
  t.same([a, b, c].map(repeats.firstTime), [false, false, false])
  t.equal(repeats.firstTime(d), true)
  t.same([b, c, d].map(repeats.firstTime), [false, false, false])
  t.equal(repeats.firstTime(a), true, 'forgotten')
})

t.test('an identity is judged by cluster, node and pod', async (t) => {
  const peer = peerOn('node-2')
  t.match(judgeIdentity(node2, { peer }, 'test'), { outcome: 'reached', answer: { identity: node2 } })
  t.match(judgeIdentity(node2, {}, 'test'), { outcome: 'reached' })
  t.match(judgeIdentity(node2, {}, 'prod'), { reason: 'wrong_peer' })
  t.match(judgeIdentity({ ...node2, node: 'x' }, { peer }, 'test'), { reason: 'wrong_peer' })
})

function deepEqual(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
