import { spread } from '../model/hash.ts'
import { turnsFor } from '../model/peer-choice.ts'
import type { ProbeContext, Scene } from '../model/probe.ts'
import { failed, type Outcome, reached } from '../model/result.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { TargetDraft, Tools } from './define-probe.ts'
import { askDns, askDnsOverTcp } from './dns-exchange.ts'
import { type DnsOptions, externalQuestion, internalQuestion } from './dns-names.ts'

/** Cluster-wide, all nodes together. */
const queriesPerSecondOfOneServer = 200
const externalNamesPerSecond = 20
/** TCP is what large answers fall back to: asked now and then, so that its failing is known before it is needed. */
const roundsBetweenTcp = 6

interface AskedServer extends Pick<TargetDraft, 'name' | 'address' | 'port' | 'family'> {
  readonly stable?: boolean
}

/** An internal and an external name for every server, within the budgets of the servers and of the upstream. */
export function dnsTargets(servers: readonly AskedServer[], scene: Scene, options: DnsOptions): readonly TargetDraft[] {
  const { chosen, roundSeconds, surroundings } = scene
  const { dnsReplicas, dnsServices, dnsNodeLocal } = surroundings
  const externalServers = dnsReplicas.length + dnsServices.length + dnsNodeLocal.length
  const everyRounds = turnsFor(chosen.nodes, 2, roundSeconds, queriesPerSecondOfOneServer)
  const upstream = turnsFor(chosen.nodes, externalServers, roundSeconds, externalNamesPerSecond)
  return servers.flatMap((server) => {
    const internal = { ...server, variant: 'internal' as const, everyRounds }
    const external = { ...server, variant: 'external' as const, everyRounds: Math.max(everyRounds, upstream) }
    return options.external === 'off' ? [internal] : [internal, external]
  })
}

export function openDns(options: DnsOptions, { transport, self }: Tools, timeoutMs: number) {
  return async (target: Target, context: ProbeContext): Promise<Outcome> => {
    const { signal, enter, round } = context
    const external = target.variant === 'external'
    const question = external ? externalQuestion(options) : internalQuestion(options)
    const asking = { transport, server: target, signal, retryMs: timeoutMs / 2 }
    const phase = spread(`${self.node}>${targetKey(target)}`, roundsBetweenTcp)
    const overTcp = !external && (round + phase) % roundsBetweenTcp === 0
    enter('exchange')
    const answer = overTcp ? await askDnsOverTcp(question, asking) : await askDns(question, asking)
    if ('outcome' in answer) return answer
    return verdict(answer.rcode, external, question.name)
  }
}

/** A name outside the cluster need not exist: that its server says so proves that it was asked. */
function verdict(rcode: string, external: boolean, name: string): Outcome {
  if (rcode === 'NOERROR' || (external && rcode === 'NXDOMAIN')) return reached
  if (rcode === 'NXDOMAIN') return failed('name_not_found', `${name} does not exist`)
  return failed('name_server_failed', `${rcode} for ${name}`)
}
