import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { keyringFrom } from '../../src/cli/keys.ts'
import { createKeyring } from '../../src/probes/keyring.ts'

const oldKey = 'the old key, sixteen bytes'
const newKey = 'the new key, sixteen bytes'

const signedWith = (key: string) => createKeyring([Buffer.from(key)]).sign('text')

t.test('keyringFrom() signs with the first file and accepts all', async (t) => {
  const folder = t.testdir({ first: newKey, second: oldKey })
  const keyring = keyringFrom([join(folder, 'first'), join(folder, 'second')], () => 0)
  t.equal(keyring.sign('text'), signedWith(newKey))
  t.ok(keyring.verify('text', signedWith(oldKey)))
  t.notOk(keyring.verify('text', signedWith('another key, sixteen bytes')))
})

t.test('keyringFrom() follows a key that is rotated, within a minute', async (t) => {
  const path = join(t.testdir({ key: oldKey }), 'key')
  let nowMs = 0
  const keyring = keyringFrom([path], () => nowMs)
  writeFileSync(path, newKey)
  utimesSync(path, 1, 1)
  t.equal(keyring.sign('text'), signedWith(oldKey), 'the file is not looked at for every probe')
  nowMs = 60_000
  t.equal(keyring.sign('text'), signedWith(newKey))
  writeFileSync(path, 'short')
  utimesSync(path, 2, 2)
  nowMs = 120_000
  t.equal(keyring.sign('text'), signedWith(newKey), 'a key that is half written does not replace a good one')
})

t.test('keyringFrom() without files trusts nobody but itself', async (t) => {
  const [one, other] = [keyringFrom([], () => 0), keyringFrom([], () => 0)]
  t.ok(one.verify('text', one.sign('text')))
  t.notOk(other.verify('text', one.sign('text')))
})

t.test('keyringFrom() says which file is no key', async (t) => {
  const folder = t.testdir({ key: oldKey, short: 'fifteen bytes..' })
  const cases = [
    { file: '/no/such/key', message: 'keys.files.1: expected a file that can be read, got ENOENT: /no/such/key' },
    {
      file: join(folder, 'short'),
      message: /^keys\.files\.1: expected a key of at least 16 bytes, got 15 in .*short$/,
    },
  ]
  for (const { file, message } of cases) {
    t.throws(() => keyringFrom([join(folder, 'key'), file], () => 0), { name: 'ConfigError', message })
  }
})
