/**
 * Every way a probe can fail, in the words an operator would use.
 *
 * Closed on purpose: the keys are a metric label, and the diagnosis reads them.
 */
export const reasons = {
  timeout: 'no answer in time',
  refused: 'nothing listens on the port, or a policy rejects it',
  reset: 'the connection was cut after it opened',
  unreachable: 'no route to the address',
  name_not_found: 'the name does not exist',
  name_server_failed: 'the name server answered with an error',
  tls_failed: 'the TLS handshake failed, or the certificate is not to be trusted',
  bad_status: 'an HTTP status that does not mean success',
  bad_reply: 'an answer that cannot be one: garbage, too long, or to another question',
  wrong_peer: 'another pod answered: its address was reused, or a rule is stale',
  too_big: 'the kernel refused to send a packet of this size',
  no_local_resources: 'we could not even send: sockets, ports or buffers ran out on this node',
  unknown: 'an error there is no word for yet; see its message',
} as const satisfies Record<string, string>

export type Reason = keyof typeof reasons

/** The step of the conversation in which it failed. */
export const phases = {
  resolve: 'finding the address of a name',
  connect: 'opening the connection',
  tls: 'the TLS handshake',
  exchange: 'question and answer',
} as const satisfies Record<string, string>

export type Phase = keyof typeof phases

/** How deep a chain of causes is followed: it may lead back to its start. */
const causesAtMost = 8

/** Names the reason behind an error thrown by Node or undici, following `cause` and the errors of an aggregate. */
export function reasonFor(error: unknown): Reason {
  let inner = error
  for (let depth = 0; depth < causesAtMost && inner !== undefined; depth++) {
    const { code, cause, errors } = asErrorLike(inner)
    const reason = typeof code === 'string' ? reasonOfCode(code) : undefined
    if (reason !== undefined) return reason
    inner = cause ?? errors?.[0]
  }
  return 'unknown'
}

function reasonOfCode(code: string): Reason | undefined {
  if (Object.hasOwn(reasonByCode, code)) return reasonByCode[code]
  return tlsCode.test(code) ? 'tls_failed' : undefined
}

const reasonByCode: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EPERM: 'unreachable', // a local firewall rule refuses to send
  EACCES: 'unreachable',
  ETIMEDOUT: 'timeout',
  ETIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ENOTFOUND: 'name_not_found',
  ENODATA: 'name_not_found',
  EAI_AGAIN: 'name_server_failed',
  ESERVFAIL: 'name_server_failed',
  EREFUSED: 'name_server_failed',
  EMSGSIZE: 'too_big',
  EMFILE: 'no_local_resources',
  ENFILE: 'no_local_resources',
  ENOBUFS: 'no_local_resources',
  ENOMEM: 'no_local_resources',
  EADDRNOTAVAIL: 'no_local_resources',
  EADDRINUSE: 'no_local_resources',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_failed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_failed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_failed',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_failed',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_failed',
  EPROTO: 'tls_failed',
}

const tlsCode = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_)/

interface ErrorLike {
  readonly code?: unknown
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

function asErrorLike(error: unknown): ErrorLike {
  return typeof error === 'object' && error !== null ? error : {}
}
