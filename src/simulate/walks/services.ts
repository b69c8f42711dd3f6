import { fine, type Outcome, outcomes } from '../outcome.ts'
import type { Asked, Site, Walked } from '../site.ts'
import { connect, exchange, late, newTalk, type Talk } from '../tcp.ts'
import { health, type Service } from '../weather.ts'
import { type Packets, plain, small } from '../wire.ts'
import { askAgent } from './peers.ts'

const timeoutMs = 2000

/** What a connection from a node to a virtual address ends at: an outcome when it goes nowhere. */
export function throughAddress(site: Site, source: number, service: Service): 'open' | 'dead' {
  const { random } = site
  const now = site.weather()
  if (now.deadAddress[service]) return 'dead'
  if (random.chance(now.proxy[service][source] ?? 0)) return 'dead'
  return random.chance(now.deadBackend[service]) ? 'dead' : 'open'
}

export function clusterip(site: Site, { source }: Asked): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  const outcome = throughAddress(site, source, 'clusterip') === 'dead' ? late(talk, outcomes.noConnection) : undefined
  return walked(talk, outcome ?? askBackend(site, talk, source, small))
}

export function serviceCanary(site: Site, { source }: Asked): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  if (throughAddress(site, source, 'canary') === 'dead') return walked(talk, late(talk, outcomes.noConnection))
  const { backend, stale } = site.canaryFor(source)
  const outcome = askPod(site, talk, { from: source, to: backend, packets: small })
  return walked(talk, outcome === fine && stale ? outcomes.wrongPeer : outcome)
}

/** To a node's own address, and from there on in the node's name to a backend. */
export function nodeport(site: Site, { source, target }: Asked): Walked {
  const { random } = site
  const talk = newTalk(site.wire, timeoutMs)
  const now = site.weather()
  if (random.chance(now.nodePort[target] ?? 0)) return walked(talk, late(talk, outcomes.noConnection))
  if (throughAddress(site, target, 'clusterip') === 'dead') return walked(talk, late(talk, outcomes.noConnection))
  const there = { from: source, to: target, packets: plain }
  const reached = connect(talk, there, health.well)
  if (reached !== fine) return walked(talk, reached)
  const asked = askBackend(site, talk, target, site.cluster.overlay ? small : plain)
  return walked(talk, asked === fine ? exchange(talk, there, outcomes.noAnswer) : asked)
}

export function ingressReplica(site: Site, { source, target }: Asked): Walked {
  const talk = newTalk(site.wire, timeoutMs)
  return walked(talk, throughController(site, talk, { source, controller: target, packets: small }))
}

/** The address leads to one of the controllers, in the name of the node. */
export function ingress(site: Site, { source }: Asked): Walked {
  const { random, cluster } = site
  const talk = newTalk(site.wire, timeoutMs)
  if (throughAddress(site, source, 'ingress') === 'dead') return walked(talk, late(talk, outcomes.noConnection))
  const controller = random.below(cluster.ingress.length)
  return walked(talk, throughController(site, talk, { source, controller, packets: cluster.overlay ? small : plain }))
}

interface ThroughController {
  readonly source: number
  readonly controller: number
  readonly packets: Packets
}

/** Controllers ask another backend when one does not answer, as long as there is time. */
const backendsTried = 2

function throughController(site: Site, talk: Talk, { source, controller, packets }: ThroughController): Outcome {
  const now = site.weather()
  const host = site.cluster.ingress[controller]?.host ?? 0
  const ends = { from: source, to: host, packets }
  const state = now.ingress[controller] ?? health.well
  const opened = connect(talk, ends, state === health.errs ? health.well : state)
  if (opened !== fine) return opened
  const asked = exchange(talk, ends, outcomes.noAnswer)
  if (asked !== fine) return asked
  if (state === health.errs) return outcomes.badStatus
  talk.elapsedMs += now.serviceDelay.ingress
  if (talk.elapsedMs >= talk.deadlineMs) return late(talk, outcomes.noAnswer)
  for (let tried = 0; tried < backendsTried; tried++) {
    const answer = site.random.chance(now.deadBackend.clusterip)
      ? outcomes.noConnection
      : askBackend(site, talk, host, small)
    if (answer === fine) return fine
    if (answer === outcomes.noConnection || answer === outcomes.noAnswer) return late(talk, outcomes.noAnswer)
  }
  return outcomes.badStatus
}

function askBackend(site: Site, talk: Talk, from: number, packets: Packets): Outcome {
  const backend = site.backendFor(from)
  talk.elapsedMs += site.weather().serviceDelay.clusterip
  if (backend === undefined) return late(talk, outcomes.noConnection)
  if (site.knowsOldPod(from, backend)) return late(talk, outcomes.noConnection)
  return askPod(site, talk, { from, to: backend, packets })
}

function askPod(site: Site, talk: Talk, ends: { from: number; to: number; packets: Packets }): Outcome {
  const opened = connect(talk, ends, site.agentOf(ends.to))
  return opened === fine ? askAgent(site, talk, ends) : opened
}

function walked(talk: Talk, outcome: Outcome): Walked {
  return { outcome, elapsedMs: talk.elapsedMs }
}
