import { fine, type Outcome, outcomes } from '../outcome.ts'
import type { Asked, Site, Walked } from '../site.ts'
import { connect, exchange, late, newTalk, type Talk } from '../tcp.ts'
import { health } from '../weather.ts'
import { plain } from '../wire.ts'
import { behindAddress, resolve } from './dns.ts'
import { throughAddress } from './services.ts'

const timeoutMs = 2000

export function apiserverEndpoint(site: Site, { source, target }: Asked): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  return { outcome: askReadyz(site, talk, source, target), elapsedMs: talk.elapsedMs }
}

export function apiserverService(site: Site, { source }: Asked): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  return { outcome: throughService(site, talk, source), elapsedMs: talk.elapsedMs }
}

export function apiserverDns(site: Site, { source }: Asked): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  const replica = () => behindAddress(site, source)
  const resolved = resolve(site, talk, { source, external: false, replica, retryMs: timeoutMs / 3 })
  if (resolved === outcomes.noAnswer) return { outcome: outcomes.notResolved, elapsedMs: timeoutMs }
  if (resolved !== fine) return { outcome: resolved, elapsedMs: talk.elapsedMs }
  site.wire.newFlow()
  return { outcome: throughService(site, talk, source), elapsedMs: talk.elapsedMs }
}

function throughService(site: Site, talk: Talk, source: number): Outcome {
  if (throughAddress(site, source, 'api') === 'dead') return late(talk, outcomes.noConnection)
  return askReadyz(site, talk, source, site.random.below(site.cluster.api.length))
}

/** TLS and one request; a server that hangs takes the connection and says nothing more. */
function askReadyz(site: Site, talk: Talk, source: number, server: number): Outcome {
  const state = site.weather().api[server] ?? health.well
  const ends = { from: source, to: site.cluster.api[server]?.host ?? 0, packets: plain }
  const opened = connect(talk, ends, state === health.errs ? health.well : state)
  if (opened !== fine) return opened
  if (state === health.errs) return late(talk, outcomes.noHandshake)
  const shaken = exchange(talk, ends, outcomes.noHandshake)
  return shaken === fine ? exchange(talk, ends, outcomes.noAnswer) : shaken
}
