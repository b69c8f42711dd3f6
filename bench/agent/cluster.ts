/**
 * Everything around the measured agent, in a process of its own: its peers, DNS replicas and API servers, which answer
 * it, and which ask it what sixteen peers would.
 *
 *     node bench/agent/cluster.ts NODES KEY_FILE CERTIFICATE_FILE
 */
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { decode, encode } from 'dns-packet'

import { runProbe } from '../../src/agent/run-probe.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { addressOf, type Peer } from '../../src/model/peer.ts'
import type { Target } from '../../src/model/target.ts'
import type { ProbeKind, Tools } from '../../src/probes/define-probe.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import * as kinds from '../../src/probes/kinds.ts'
import { openResponder } from '../../src/probes/responder.ts'
import { systemTransport } from '../../src/probes/transport.ts'
import { apiPort, apiServers, dnsPort, dnsReplicas, ipOf, nameOf, probePort, zoneOf } from './addresses.ts'

const [nodes = '12', keyFile = '', certificateFile = ''] = process.argv.slice(2)
const keyring = createKeyring([readFileSync(keyFile)])
const forever = new AbortController().signal
const roundMs = 10_000
const askers = Math.min(16, Number(nodes) - 1)

for (let node = 2; node <= Number(nodes); node++) await openPeer(node)
for (const address of dnsReplicas) openDns(address)
for (const address of apiServers) openApiServer(address)
console.log('ready')
for (let asker = 0; asker < askers; asker++) void askTheAgent(asker + 2)

function openPeer(node: number) {
  const where = { cluster: 'bench', node: nameOf(node), zone: zoneOf(node), hostIp: ipOf(node) }
  const identity = { ...where, podUid: `uid-${node}`, bootId: 'bench', draining: false }
  const transport = systemTransport({ from: [ipOf(node)] })
  const listen = { addresses: [ipOf(node)], port: probePort }
  return openResponder({ ...listen, transport, keyring, identity: () => identity, onDatagram() {} })
}

/** Over UDP, and over TCP after the length of the message. */
function openDns(address: string) {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, { port, address: to }) => socket.send(dnsAnswer(bytes), port, to))
  socket.bind(dnsPort, address)
  createTcpServer((connection) => {
    connection.on('error', () => connection.destroy())
    connection.on('data', (bytes: Buffer) => {
      const answer = dnsAnswer(bytes.subarray(2))
      const length = Buffer.alloc(2)
      length.writeUInt16BE(answer.length)
      connection.write(Buffer.concat([length, answer]))
    })
  }).listen(dnsPort, address)
}

/** Names of the cluster exist, all others do not. */
function dnsAnswer(bytes: Buffer): Buffer {
  const { id, questions } = decode(bytes)
  const [name = ''] = (questions ?? []).map((question) => question.name)
  const known = name.endsWith('.cluster.local')
  const answers = known ? [{ type: 'A' as const, name, ttl: 30, data: apiServers[0] ?? '' }] : []
  const fields = { type: 'response' as const, ...(id !== undefined && { id }), ...(questions && { questions }) }
  return encode({ ...fields, flags: known ? 0 : 3, answers })
}

function openApiServer(address: string) {
  const pem = readFileSync(certificateFile)
  createServer({ key: pem, cert: pem }, (_request, response) => response.end('ok')).listen(apiPort, address)
}

/** What one peer of the agent asks it every round, in slots as agents do. */
async function askTheAgent(node: number) {
  const transport = systemTransport({ from: [ipOf(node)] })
  const tools: Tools = { transport, keyring, self: self(node), wallMs: Date.now }
  const once = [kinds.peerHttp, kinds.peerTcp, kinds.peerUdp, kinds.peerMtu]
  // In the slots of an agent: all checks in one, the other two datagrams in two more.
  const slots = [once, [kinds.peerUdp], [kinds.peerUdp]].map((slot) => slot.map((kind) => probeOf(kind, tools)))
  await delay(Math.random() * roundMs)
  for (let round = 0; ; round++) {
    for (const [index, slot] of slots.entries()) {
      const startMs = performance.now()
      for (const probe of slot) {
        const asking = { clock: systemClock, lifetime: forever, round, index, viewHash: 'bench' }
        await runProbe(probe, agentTarget(probe.check), asking)
      }
      await delay(roundMs / slots.length - (performance.now() - startMs))
    }
  }
}

function probeOf(kind: ProbeKind, tools: Tools) {
  const defaults = Object.fromEntries(Object.entries(kind.fields).map(([name, { fallback }]) => [name, fallback]))
  const probe = kind.configure({ ...defaults, bytes: 1500 }, tools)
  if (probe === undefined) throw new Error(`${kind.check} is switched off`)
  return probe
}

function self(node: number) {
  return { cluster: 'bench', node: nameOf(node), bootId: 'bench' }
}

function agentTarget(check: Target['check']): Target {
  const where = { node: nameOf(1), zone: zoneOf(1), podUid: 'uid-1', podIps: [addressOf(ipOf(1))], port: probePort }
  const peer: Peer = { ...where, hostIps: [], hostPort: probePort, ready: true }
  const turn = { perRound: 3, everyRounds: 1, stable: false, family: 4 } as const
  return { check, name: peer.node, address: ipOf(1), port: probePort, peer, ...turn }
}
