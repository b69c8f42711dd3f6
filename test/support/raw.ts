import { connect } from 'node:net'

import type { Test } from 'tap'

import { peerHttp } from '../../src/probes/peer-http.ts'
import { ask, configured, targetOn } from './ask.ts'
import { listen } from './servers.ts'

/** Sends bytes as they are and returns all that comes back until the other side ends or resets. */
export function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.end(bytes)).setEncoding('latin1')
    socket.on('data', (part) => {
      answer += part
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(answer))
  })
}

/** One conversation of `peer_http` with a responder, as seen by somebody in between. */
export async function recordHttp(t: Test, port: number): Promise<{ request: string; answer: string }> {
  let [request, answer] = ['', '']
  const between = await listen(t, (socket) => {
    const upstream = connect({ port, host: '127.0.0.1' })
    upstream.on('data', (bytes) => {
      answer += bytes.toString('latin1')
      socket.write(bytes)
    })
    upstream.on('end', () => socket.end())
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1')
      upstream.write(bytes)
    })
  })
  const probe = configured(peerHttp)
  await ask(probe, targetOn(probe, between))
  return { request, answer }
}
