import type { Fault } from '../model/fault.ts'
import type { Accusation } from './accusation.ts'
import { type Facts, factAt } from './facts.ts'
import { kind } from './kinds.ts'
import { slowSentence } from './latency/words.ts'
import { role } from './roles.ts'

/** One line in the cluster's own names: who, what fails, what still works. */
export function sentenceOf(facts: Facts): string {
  const { accusation } = facts
  const tell: Tell = (known, at) => ratio(facts, known, at)
  return `${accusation.entity.name}: ${sentences[accusation.fault](tell, accusation).replace(nothingSeen, '')}`
}

/** The part of a sentence about probes that nobody told of. */
const nothingSeen = /[,;:] [^,;:]*\b0\/0\b[^,;:]*/g

/** How many of all probes of these kinds succeeded, as `3/40`. */
type Tell = (kinds: readonly number[], role: number) => string
type Sentence = (tell: Tell, accusation: Accusation) => string

const toPods: readonly number[] = [kind.http, kind.tcp, kind.udp]
const network: readonly number[] = [...toPods, kind.mtu]
const names: readonly number[] = [kind.dnsInternal]
const externalNames: readonly number[] = [kind.dnsExternal]
const virtual: readonly number[] = [kind.dnsServiceInternal, kind.dnsServiceExternal, kind.clusterIp, kind.apiService]
const apis: readonly number[] = [kind.apiEndpoint]
const addresses: readonly number[] = [kind.clusterIp, kind.apiService]
const nearlyAll = 0.9
const mostly = 0.7
const percent = ({ severity }: Accusation) => `${Math.round(100 * severity)} %`

const sentences: Readonly<Record<Fault, Sentence>> = {
  node_down: (tell) =>
    `nothing on it answers: its pod ${tell(toPods, role.to)}, host address ${tell([kind.host], role.to)}, own rounds ${tell([kind.report], role.to)}`,
  node_loss: (tell, at) =>
    `about ${percent(at)} of its packets are lost, those of its host address too: pods ${tell(network, role.to)}, host address ${tell([kind.host], role.to)}`,
  pod_network_cut: (tell, at) =>
    `${cut(at)} over the pod network both ways: to its pod ${tell(toPods, role.to)}, datagrams from it ${tell([kind.oneWay], role.from)}; host address ${tell([kind.host], role.to)} ok`,
  pod_network_in: (tell, at) =>
    `${cut(at)} over the pod network inbound only: to its pod ${tell(toPods, role.to)}; datagrams from it ${tell([kind.oneWay], role.from)} arrived, host address ${tell([kind.host], role.to)} ok`,
  pod_network_out: (tell, at) =>
    `${cut(at)} over the pod network outbound only: datagrams from it ${tell([kind.oneWay], role.from)}; those to it ${tell([kind.oneWay], role.to)} arrived, host address ${tell([kind.host], role.to)} ok`,
  agent_down: (tell) =>
    `the agent's pod does not answer: ${tell(toPods, role.to)}; host address ${tell([kind.host], role.to)} ok`,
  agent_slow: (tell) =>
    `the agent's pod starves: requests to it ${tell([kind.http], role.to)}; connections to it ${tell([kind.tcp], role.to)} ok`,
  kube_proxy: (tell) =>
    `virtual addresses fail from it: ${tell([...virtual, kind.canary], role.from)}; its pod answers ${tell(toPods, role.to)}, and reaches others ${tell(toPods, role.from)}`,
  nodeport_blocked: (tell, { entity }) =>
    entity.kind === 'cluster'
      ? `the NodePorts of all nodes fail: ${tell([kind.nodePort], role.all)}; virtual addresses ${tell([kind.clusterIp], role.all)} ok`
      : `its NodePort fails: ${tell([kind.nodePort], role.to)}; host address ${tell([kind.host], role.to)} ok, virtual addresses from it ${tell(virtual, role.from)} ok`,
  mtu(tell, { entity }) {
    if (entity.kind === 'pair') return 'large packets vanish on this one path, and small ones arrive'
    if (entity.kind === 'cluster')
      return `large packets between any pods vanish: ${tell([kind.mtu], role.all)}; small ones ${tell(toPods, role.all)} ok`
    return entity.kind === 'node'
      ? `large packets vanish: to it ${tell([kind.mtu], role.to)}, from it ${tell([kind.mtu], role.from)}; small ones ${tell(toPods, role.to)} ok`
      : `large packets between the zones vanish: ${tell([kind.mtu], role.across)}; small ones ${tell(toPods, role.across)} ok`
  },
  zone_cut: (tell) => `the zones do not reach each other: ${tell(network, role.across)} probes between them answered`,
  zone_one_way: (tell) =>
    `what is sent this way is lost: datagrams ${tell([kind.oneWay], role.forward)}; the way back ${tell([kind.oneWay], role.backward)} arrived`,
  zone_isolated: (tell) =>
    `cut off from all other zones: ${tell(network, role.across)} probes across its border answered`,
  zone_loss: (tell, at) =>
    `about ${percent(at)} of the packets across are lost: ${tell(network, role.across)} answered`,
  dns_replica_down: (tell, { severity }) =>
    `${severity >= mostly ? 'answers no name' : 'does not answer every question'}: internal ${tell(names, role.at)}, external ${tell(externalNames, role.at)}`,
  dns_replica_external: (tell) =>
    `fails external names: ${tell(externalNames, role.at)}; internal names ${tell(names, role.at)} ok`,
  dns_upstream: (tell) =>
    `external names fail at every DNS replica: ${tell(externalNames, role.all)}; internal names ${tell(names, role.all)} ok`,
  dns_service: (tell) =>
    `DNS fails through its virtual address: ${tell([kind.dnsServiceInternal, kind.dnsServiceExternal], role.at)} answered; its replicas are asked directly`,
  ingress_replica: (tell) => `this ingress controller fails: ${tell([kind.ingressReplica], role.at)} answered`,
  ingress_address: (tell) => `the ingress address fails: ${tell([kind.ingress], role.at)}; its controllers answer`,
  ingress_down: (tell) =>
    `every ingress controller fails: ${tell([kind.ingressReplica], role.all)}, the address ${tell([kind.ingress], role.all)}; backends ${tell([kind.clusterIp], role.all)} ok`,
  apiserver_endpoint: (tell, { entity, severity }) =>
    `the API server at ${entity.endpoint} does not ${severity >= mostly ? '' : 'always '}answer: ${tell(apis, role.at)}`,
  apiserver_down: (tell) => `no API server answers: ${tell(apis, role.all)}`,
  service_stale: (tell, { severity }) =>
    severity >= nearlyAll
      ? `its address fails from every node: ${tell(addresses, role.at)} answered`
      : `connections fail from every node: ${tell(addresses, role.at)} answered; an endpoint behind it is dead`,
  latency: (_, { charge }) => (charge.is === 'latency' ? slowSentence(charge) : ''),
  link: () => 'this one path fails; both ends are reached from elsewhere',
  fabric_loss: (tell, at) =>
    `about ${percent(at)} of all packets are lost, everywhere alike: ${tell([kind.udp], role.all)} echoes answered`,
  partition: () => 'less than half of the agents is seen',
}

function cut(accusation: Accusation): string {
  return accusation.severity >= mostly ? 'cut off' : `loses about ${percent(accusation)}`
}

function ratio({ ok, failed }: Facts, kinds: readonly number[], at: number): string {
  const sum = (values: Float64Array) => kinds.reduce((total, known) => total + factAt(values, known, at), 0)
  const good = Math.round(sum(ok))
  return `${good}/${good + Math.round(sum(failed))}`
}
