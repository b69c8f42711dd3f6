import { fine, type Outcome, outcomes } from '../outcome.ts'
import { shareOf } from '../random.ts'
import type { Asked, Site, Walked } from '../site.ts'
import { connect, exchange, late, newTalk, type Talk } from '../tcp.ts'
import { health } from '../weather.ts'
import { plain, small } from '../wire.ts'
import { throughAddress } from './services.ts'

const timeoutMs = 2000
const overTcpShare = 1 / 6

/** One question of a resolver: who is asked, and for what. */
export interface Query {
  readonly source: number
  readonly external: boolean
  /** Chosen anew for every try when a Service is asked. */
  readonly replica: () => number | undefined
  readonly retryMs: number
}

export const dnsReplica =
  (external: boolean) =>
  (site: Site, { source, target }: Asked): Walked =>
    asked(site, { source, external, replica: () => target, retryMs: timeoutMs / 2 }, target)

export const dnsService =
  (external: boolean) =>
  (site: Site, { source }: Asked): Walked =>
    asked(site, { source, external, replica: () => behindAddress(site, source), retryMs: timeoutMs / 2 }, 99)

/** A DNS pod, chosen by kube-proxy of a node; undefined when the packet goes nowhere. */
export function behindAddress(site: Site, source: number): number | undefined {
  return throughAddress(site, source, 'dns') === 'dead' ? undefined : site.random.below(site.cluster.dns.length)
}

/** Over UDP, twice if need be, each try from a port of its own. */
export function resolve(site: Site, talk: Talk, query: Query): Outcome {
  for (const startMs of [0, query.retryMs]) {
    const outcome = oneTry(site, talk, query)
    if (outcome !== 'silence') {
      talk.elapsedMs += startMs
      return talk.elapsedMs < talk.deadlineMs ? outcome : late(talk, outcomes.noAnswer)
    }
  }
  return late(talk, outcomes.noAnswer)
}

function asked(site: Site, query: Query, salt: number): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  const overTcp = !query.external && shareOf(query.source, salt, site.round) < overTcpShare
  const outcome = overTcp ? resolveOverTcp(site, talk, query) : resolve(site, talk, query)
  return { outcome, elapsedMs: talk.elapsedMs }
}

function oneTry(site: Site, talk: Talk, { source, external, replica }: Query): Outcome | 'silence' {
  const { wire, cluster } = site
  const now = site.weather()
  wire.newFlow()
  const chosen = replica()
  if (chosen === undefined) return 'silence'
  const host = cluster.dns[chosen]?.host ?? 0
  if (!wire.arrives(source, host, small) || (now.dns[chosen] ?? 0) !== health.well) return 'silence'
  const upstream = external ? askUpstream(site, chosen, host) : fine
  if (upstream === 'silence' || !wire.arrives(host, source, small, true)) return 'silence'
  talk.elapsedMs += wire.delayMs(source, host) + wire.delayMs(host, source) + now.serviceDelay.dns
  return upstream
}

/** What a DNS pod hears from the resolver outside; it asks once more, and answers when that answers. */
function askUpstream({ wire, cluster, ...site }: Site, replica: number, host: number): Outcome | 'silence' {
  const now = site.weather()
  const state = Math.max(now.dnsExternal[replica] ?? 0, now.dnsUpstream)
  if (state === health.errs || state === health.refuses) return outcomes.serverFailed
  if (state === health.silent) return 'silence'
  const trip = () => wire.arrives(host, cluster.internet, plain) && wire.arrives(cluster.internet, host, plain, true)
  return trip() ? fine : 'silence'
}

function resolveOverTcp(site: Site, talk: Talk, { source, replica }: Query): Outcome {
  const now = site.weather()
  const chosen = replica()
  if (chosen === undefined) return late(talk, outcomes.noConnection)
  const ends = { from: source, to: site.cluster.dns[chosen]?.host ?? 0, packets: small }
  const opened = connect(talk, ends, now.dns[chosen] ?? health.well)
  if (opened !== fine) return opened
  talk.elapsedMs += now.serviceDelay.dns
  return exchange(talk, ends, outcomes.noAnswer)
}
