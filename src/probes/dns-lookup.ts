import type { IpFamily } from '../model/check.ts'
import { type Failure, failed } from '../model/result.ts'
import { askDns, type DnsAsking } from './dns-exchange.ts'
import { failureIn } from './dns-probe.ts'

/** An address of the name, of this family, or why there is none. */
export async function lookUp(name: string, family: IpFamily, asking: DnsAsking): Promise<string | Failure> {
  asking.enter('resolve')
  const question = { name, type: family === 6 ? 'AAAA' : 'A' } as const
  // Seen from outside, all of it is one step.
  const answer = await askDns(question, { ...asking, enter: ignore })
  if ('outcome' in answer) return answer
  const [address] = answer.addresses
  return failureIn(answer.rcode, name) ?? address ?? failed('name_not_found', `${name} has no ${question.type} record`)
}

function ignore(): void {}
