import type { Answer, DecodedPacket } from 'dns-packet'

import type { Transport } from '../../probes/transport.ts'
import { services, upstream } from '../topology.ts'
import { answerTo, readQuery } from './dns-messages.ts'
import { openDnsServer } from './dns-server.ts'
import type { ServiceParts } from './service-parts.ts'

const clusterZone = 'cluster.local'
const ttl = 30
/** As long as CoreDNS waits for an upstream before it tries again; then it gives up. */
const upstreamMs = 2000

const addresses: Readonly<Record<string, string>> = {
  'kubernetes.default.svc.cluster.local': services.api.ip,
  'kube-dns.kube-system.svc.cluster.local': services.dns.ip,
  'meshprobe.meshprobe.svc.cluster.local': services.own.ip,
}

/** A DNS replica: answers the cluster's names by itself and asks the upstream server for all others. */
export function openDnsReplica(parts: ServiceParts) {
  return openDnsServer(parts, async (bytes) => {
    const query = readQuery(bytes)
    const question = query?.questions?.[0]
    if (query === undefined || question === undefined) return undefined
    const name = question.name.toLowerCase()
    if (name === clusterZone || name.endsWith(`.${clusterZone}`))
      return answerTo(query, ...inCluster(name, question.type))
    return (await askUpstream(bytes, query, parts.transport)) ?? answerTo(query, 'SERVFAIL')
  })
}

function inCluster(name: string, type: string): ['NOERROR' | 'NXDOMAIN', Answer[]] {
  const data = addresses[name]
  if (data === undefined) return ['NXDOMAIN', []]
  return ['NOERROR', type === 'A' ? [{ type: 'A', name, ttl, data }] : []]
}

/** One question, from a port of its own; undefined when no answer comes. */
function askUpstream(bytes: Buffer, { id }: DecodedPacket, transport: Transport): Promise<Buffer | undefined> {
  const socket = transport.openUdp(4)
  return new Promise<Buffer | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), upstreamMs)
    const settle = (reply?: Buffer) => {
      clearTimeout(timer)
      resolve(reply)
    }
    socket.on('error', () => settle())
    socket.on('message', (reply) => {
      if (reply.length > 2 && reply.readUInt16BE(0) === id) settle(reply)
    })
    socket.send(bytes, upstream.port, upstream.ip, (error) => {
      if (error !== null) settle()
    })
  }).finally(() => socket.close())
}
