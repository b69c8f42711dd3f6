import { once } from 'node:events'
import { connect, createServer } from 'node:net'

import t from 'tap'

import { type Reason, reasonFor } from '../../src/model/failure.ts'

const words = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  EPERM: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_server_failed',
  EMSGSIZE: 'too_big',
  EMFILE: 'no_local_resources',
  EADDRNOTAVAIL: 'no_local_resources',
  EPROTO: 'tls_failed',
  CERT_HAS_EXPIRED: 'tls_failed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_failed',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls_failed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_failed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_failed',
  EWHATEVER: 'unknown',
  constructor: 'unknown',
} as const satisfies Record<string, Reason>

t.test('reasonFor names the reason behind a code', async (t) => {
  for (const [code, reason] of Object.entries(words)) t.equal(reasonFor(withCode(code)), reason, code)
})

t.test('reasonFor follows causes and the first error of an aggregate', async (t) => {
  const refused = withCode('ECONNREFUSED')
  t.equal(reasonFor(new TypeError('fetch failed', { cause: refused })), 'refused')
  t.equal(reasonFor(new Error('a', { cause: new Error('b', { cause: refused }) })), 'refused')
  t.equal(reasonFor(new AggregateError([withCode('EHOSTUNREACH'), refused])), 'unreachable')
  t.equal(reasonFor(new Error('outer', { cause: new AggregateError([refused]) })), 'refused')
  t.equal(reasonFor(Object.assign(new Error('odd'), { code: 'EODD', cause: refused })), 'refused')
})

t.test('reasonFor takes anything that can be thrown', async (t) => {
  for (const thrown of [undefined, null, 'ECONNREFUSED', 7, {}, [], new Error('x'), new AggregateError([])]) {
    t.equal(reasonFor(thrown), 'unknown')
  }
  t.equal(reasonFor({ code: 404 }), 'unknown', 'a code that is no text')
  const circular = new Error('its own cause')
  circular.cause = circular
  t.equal(reasonFor(circular), 'unknown')
})

t.test('reasonFor knows what Node itself throws', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on a port')
  server.close()
  await once(server, 'close')
  const socket = connect({ host: '127.0.0.1', port: address.port })
  const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown])
  t.equal(reasonFor(error), 'refused')
})

function withCode(code: string): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code })
}
