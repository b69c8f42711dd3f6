import { spread } from '../model/hash.ts'
import type { ProbeContext } from '../model/probe.ts'
import { type Failure, failed, type Outcome, reached } from '../model/result.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Tools } from './define-probe.ts'
import { askDns, askDnsOverTcp } from './dns-exchange.ts'
import { type DnsOptions, externalQuestion, internalQuestion } from './dns-names.ts'

/** TCP is what large answers fall back to: asked now and then, so that its failing is known before it is needed. */
const roundsForOneOverTcp = 6

export function openDns(options: DnsOptions, { transport, self }: Tools, timeoutMs: number) {
  return async (target: Target, { signal, enter, round }: ProbeContext): Promise<Outcome> => {
    const asking = { transport, server: target, signal, enter, retryMs: timeoutMs / 2 }
    if (target.variant === 'external') {
      const question = externalQuestion(options)
      const answer = await askDns(question, asking)
      // The name need not exist: that its server says so proves that it was asked.
      if ('outcome' in answer) return answer
      return answer.rcode === 'NXDOMAIN' ? reached : (failureIn(answer.rcode, question.name) ?? reached)
    }
    const question = internalQuestion(options)
    // By hash of the round, not every sixth: nodes that take turns would meet the same ones again and again.
    const overTcp = spread(`${self.node}>${targetKey(target)}@${round}`, roundsForOneOverTcp) === 0
    const answer = overTcp ? await askDnsOverTcp(question, asking) : await askDns(question, asking)
    return 'outcome' in answer ? answer : (failureIn(answer.rcode, question.name) ?? reached)
  }
}

/** What is wrong with an answer about a name that exists. */
export function failureIn(rcode: string, name: string): Failure | undefined {
  if (rcode === 'NOERROR') return undefined
  if (rcode === 'NXDOMAIN') return failed('name_not_found', `${name} does not exist`)
  return failed('name_server_failed', `${rcode} for ${name}`)
}
