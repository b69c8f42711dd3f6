import type { Socket } from 'node:net'
import { type SecureContext, connect as startTls } from 'node:tls'

import type { ProbeContext } from '../model/probe.ts'
import type { Failure } from '../model/result.ts'
import { converse } from './conversation.ts'
import { type HttpReply, readReply } from './http-messages.ts'

/** TLS over the connection, as `tls.connect` takes it. */
export interface Secure {
  /** The name, or the address, that the certificate has to be for. */
  readonly host: string
  /** Sent as SNI; absent when `host` is an address. */
  readonly servername?: string
  /** Shared by all conversations: making one costs as much as a handshake. */
  readonly secureContext: SecureContext
  readonly rejectUnauthorized: boolean
}

export interface Connection {
  /** As `Transport.connect` returns it. */
  readonly socket: Socket
  readonly secure?: Secure
}

export interface HttpExchange extends Connection {
  readonly request: string
}

type Context = Pick<ProbeContext, 'signal' | 'enter'>

/**
 * Sends one request over a new connection and reads the reply, both written and read by hand: a third of the CPU of
 * an HTTP client. Redirects are a status like any other. Throws what the network did.
 */
export function askHttp({ request, ...connection }: HttpExchange, context: Context) {
  return converseOver<HttpReply | Failure>(connection, context, (stream, settle) => {
    listen(stream, settle)
    stream.write(request)
  })
}

/** A conversation that begins once the connection is open and, with `secure`, TLS is spoken over it. */
export function converseOver<T>(
  { socket, secure }: Connection,
  { signal, enter }: Context,
  talk: (stream: Socket, settle: (result: T) => void, fail: (error: unknown) => void) => void,
): Promise<T> {
  enter('connect')
  return converse<T>(socket, signal, (settle, fail) => {
    const speak = (stream: Socket) => {
      enter('exchange')
      talk(stream, settle, fail)
    }
    socket.once('connect', () => {
      if (secure === undefined) return speak(socket)
      enter('tls')
      const stream = startTls({ ...secure, socket })
      stream.on('error', fail)
      stream.once('secureConnect', () => speak(stream))
    })
  })
}

function listen(stream: Socket, settle: (reply: HttpReply | Failure) => void): void {
  let text = ''
  const read = (ended: boolean) => {
    const found = readReply(text, ended)
    if (found.state === 'complete') settle(found.reply)
    else if (found.state === 'garbage') settle({ outcome: 'failed', reason: 'bad_reply', detail: found.detail })
    else if (ended)
      settle({ outcome: 'failed', reason: 'reset', detail: `closed after ${text.length} bytes of the reply` })
  }
  stream.setEncoding('latin1')
  stream.on('data', (chunk: string) => {
    text += chunk
    read(false)
  })
  stream.on('end', () => read(true))
}
