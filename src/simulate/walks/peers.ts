import { fine, type Outcome, outcomes } from '../outcome.ts'
import type { Asked, Site, Walked } from '../site.ts'
import { connect, type Ends, exchange, late, newTalk, type Talk } from '../tcp.ts'
import { health } from '../weather.ts'
import { full, type Packets, plain, small } from '../wire.ts'

const tcpMs = 2000
const udpMs = 1000
/** Of the requests to an agent that is starved of CPU as far as can be. */
const unansweredAtWorst = 0.9
const droppedAtWorst = 0.5

export function peerTcp(site: Site, { source, target }: Asked): Walked {
  const talk = newTalk(site.wire, tcpMs)
  const outcome = connectPod(site, talk, source, target)
  return { outcome, elapsedMs: talk.elapsedMs }
}

export function peerHttp(site: Site, { source, target }: Asked): Walked {
  const talk = newTalk(site.wire, tcpMs)
  const opened = connectPod(site, talk, source, target)
  const outcome = opened === fine ? askAgent(site, talk, { from: source, to: target, packets: small }) : opened
  return { outcome, elapsedMs: talk.elapsedMs }
}

export function peerUdp(site: Site, asked: Asked): Walked {
  return datagram(site, asked, small)
}

export function peerMtu(site: Site, asked: Asked): Walked {
  return datagram(site, asked, full)
}

export function hostTcp(site: Site, { source, target }: Asked): Walked {
  const talk = newTalk(site.wire, tcpMs)
  // The kubelet or its absence: a reset proves as much as an answer.
  const outcome = connect(talk, { from: source, to: target, packets: plain }, health.well)
  return { outcome, elapsedMs: talk.elapsedMs }
}

/** A request on an open connection to an agent, which answers when it gets to it. */
export function askAgent(site: Site, talk: Talk, ends: Ends): Outcome {
  const starved = site.starvedOf(ends.to)
  if (site.agentOf(ends.to) !== health.well) return outcomes.reset
  if (starved > 0 && site.random.chance(starved * unansweredAtWorst)) return late(talk, outcomes.noAnswer)
  return exchange(talk, ends, outcomes.noAnswer)
}

/** An agent's kernel takes connections even while the agent starves. */
function connectPod(site: Site, talk: Talk, source: number, target: number): Outcome {
  const listener = site.knowsOldPod(source, target) ? health.silent : site.agentOf(target)
  return connect(talk, { from: source, to: target, packets: small }, listener)
}

function datagram(site: Site, { source, target, fixed, onArrival }: Asked, packets: Packets): Walked {
  const { wire, random } = site
  wire.newFlow(fixed ? (source * 31 + target * 17) % 256 : undefined)
  const lost = { outcome: outcomes.noAnswer, elapsedMs: udpMs }
  if (!wire.arrives(source, target, packets) || site.knowsOldPod(source, target)) return lost
  if (site.agentOf(target) !== health.well) return lost
  const starved = site.starvedOf(target)
  if (starved > 0 && random.chance(starved * droppedAtWorst)) return lost
  onArrival()
  if (starved > 0 && random.chance(starved * unansweredAtWorst)) return lost
  if (!wire.arrives(target, source, packets, true)) return lost
  const elapsedMs = wire.delayMs(source, target) + wire.delayMs(target, source)
  return elapsedMs >= udpMs ? lost : { outcome: fine, elapsedMs }
}
