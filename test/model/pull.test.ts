import { createHmac } from 'node:crypto'

import t from 'tap'

import { isPullToken, pullToken, roundsPath, type Signer } from '../../src/model/pull.ts'

const now = 1_795_239_052_553
const minute = 60_000
const signer = signerOf('a mesh key')

t.test('a token opens its path of its pod', async (t) => {
  const token = pullToken(signer, roundsPath, 'uid-1', now)
  t.ok(isPullToken(signer, token, roundsPath, 'uid-1', now))
  t.notOk(isPullToken(signer, token, '/v1/other', 'uid-1', now), 'another path')
  t.notOk(isPullToken(signer, token, roundsPath, 'uid-2', now), 'another pod')
  t.notOk(isPullToken(signerOf('another key'), token, roundsPath, 'uid-1', now), 'another key')
})

t.test('a token is good five minutes around its making, for clocks that disagree', async (t) => {
  const token = pullToken(signer, roundsPath, 'uid-1', now)
  for (const apart of [-5, 0, 5])
    t.ok(isPullToken(signer, token, roundsPath, 'uid-1', now + apart * minute), `${apart}`)
  for (const apart of [-6, 6])
    t.notOk(isPullToken(signer, token, roundsPath, 'uid-1', now + apart * minute), `${apart}`)
})

t.test('a token whose minute was changed opens nothing', async (t) => {
  const [digits = '', mac = ''] = pullToken(signer, roundsPath, 'uid-1', now - 30 * minute).split('.')
  t.notOk(isPullToken(signer, `${Number(digits) + 30}.${mac}`, roundsPath, 'uid-1', now))
})

t.test('anything else is no token, and is not even checked', async (t) => {
  const asked: string[] = []
  const trusting: Signer = { sign: () => 'x', verify: (text) => asked.push(text) > 0 }
  const [digits = ''] = pullToken(signer, roundsPath, 'uid-1', now).split('.')
  for (const token of [
    '',
    '.',
    digits,
    `${digits}.`,
    `${digits}.a b`,
    `-1.x`,
    `${digits}.${'x'.repeat(65)}`,
    `x${digits}.x`,
  ]) {
    t.notOk(isPullToken(trusting, token, roundsPath, 'uid-1', now), token)
  }
  t.strictSame(asked, [])
})

function signerOf(key: string): Signer {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  return { sign, verify: (text, mac) => sign(text) === mac }
}
