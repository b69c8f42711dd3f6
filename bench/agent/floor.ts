/**
 * The floor: bare `node:net`, sixteen GETs a second in slots of 500 ms at the peers, without MAC, metrics, rounds or
 * answering. What an agent costs above this is its own.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { ipOf, probePort } from './addresses.ts'

console.log('ready')
for (let turn = 0; ; turn++) {
  const started = performance.now()
  for (let i = 0; i < 8; i++) await get(ipOf(2 + ((turn * 8 + i) % 11)))
  await delay(Math.max(0, 500 - (performance.now() - started)))
}

async function get(host: string): Promise<void> {
  const socket = connect({ host, port: probePort, noDelay: true })
  socket.write(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
  await once(socket, 'data')
  socket.resetAndDestroy()
}
