import type { Fault } from '../model/fault.ts'
import type { Belief } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { kind, kindCount } from './kinds.ts'
import type { Contrast } from './modes/mode.ts'
import { pairOkOf } from './pair-ok.ts'
import type { Scene } from './scene.ts'
import { byKind } from './slice.ts'

/** Attempts below which nothing is known. */
const enough = 4
/** What has to pass fails less than this share as often as what fails. */
const farLess = 0.5
/** Of what fails, so little of anything else is chance. */
const hardlyAny = 0.2
const requestsAtLeast = 6
const many = 0.3
const ofPackets: readonly Fault[] = [
  ...(['node_down', 'pod_network_cut', 'pod_network_in', 'pod_network_out'] as const),
  ...(['zone_cut', 'zone_one_way', 'zone_isolated', 'fabric_loss'] as const),
]
/** What a node asks through virtual addresses, and how it asks the same without them. */
const directly: ReadonlyMap<number, number> = new Map([
  [kind.clusterIp, kind.http],
  [kind.canary, kind.http],
  [kind.dnsServiceInternal, kind.dnsInternal],
  [kind.dnsServiceExternal, kind.dnsExternal],
  [kind.apiService, kind.apiEndpoint],
  [kind.apiDns, kind.apiEndpoint],
])

/** Whether what would work beside the fault does. */
export function contrastHolds(belief: Belief, candidate: Candidate): boolean {
  const [{ scene }, mode] = [belief, modeOf(candidate)]
  if (mode.fault === 'mtu') return smallOnesPass(belief, candidate)
  if (mode.fault === 'dns_upstream') return insideNamesPass(scene)
  if (mode.fault === 'agent_slow') return !isOfDatagrams(scene)
  if (ofPackets.includes(mode.fault)) return !isOfDatagrams(scene) && !isOfRequests(scene, candidate)
  return (
    mode.contrast === undefined ||
    otherWayPasses(scene, mode.contrast, mode.suspect === 'node' ? candidate.suspect : undefined)
  )
}

/** Whether what a node asks of a kind fails as well when it goes past the virtual address. */
export function failsDirectly(scene: Scene, node: number, known: number): boolean {
  const direct = directly.get(known)
  if (direct === undefined) return false
  const failed = failedFrom(scene, node)
  const attempts = (of: number) => (failed[of] ?? 0) + (scene.counts.from.values[byKind(node, of)] ?? 0)
  const share = (of: number) => (failed[of] ?? 0) / Math.max(1, attempts(of))
  return attempts(direct) >= enough && share(direct) >= farLess * share(known)
}

/** Where requests fail and neither connections nor datagrams do, packets arrive. */
function isOfRequests({ failures }: Scene, candidate: Candidate): boolean {
  const failed = new Float64Array(kindCount)
  for (const i of candidate.failures) count(failures, failed, i)
  const of = (known: number) => failed[known] ?? 0
  const others = of(kind.tcp) + of(kind.udp) + of(kind.oneWay) + of(kind.mtu)
  return of(kind.http) >= requestsAtLeast && others < hardlyAny * of(kind.http)
}

/** By scene, for each of its candidates asks the same. */
const ofDatagrams = new WeakMap<Scene, boolean>()

/** Where many datagrams of the cluster fail, and hardly anything else, somebody lets none pass: they are not lost. */
function isOfDatagrams(scene: Scene): boolean {
  const { counts, failures } = scene
  const known = ofDatagrams.get(scene)
  if (known !== undefined) return known
  const failed = new Float64Array(kindCount)
  for (let i = 0; i < failures.size; i++) count(failures, failed, i)
  const share = (of: number) => (failed[of] ?? 0) / Math.max(1, (failed[of] ?? 0) + (counts.all.values[of] ?? 0))
  const is = share(kind.udp) >= many && Math.max(share(kind.tcp), share(kind.http)) < hardlyAny * share(kind.udp)
  ofDatagrams.set(scene, is)
  return is
}

/** How many attempts of the node failed, by kind of probe. */
function failedFrom({ failures }: Scene, node: number): Float64Array {
  const failed = new Float64Array(kindCount)
  for (let i = 0; i < failures.size; i++) if (failures.source[i] === node) count(failures, failed, i)
  return failed
}

function count({ kind: kinds, n }: Scene['failures'], failed: Float64Array, i: number): void {
  failed[kinds[i] ?? 0] = (failed[kinds[i] ?? 0] ?? 0) + (n[i] ?? 0)
}

/** Whether on the paths where large packets vanish small ones arrive: else it is no matter of their size. */
function smallOnesPass({ scene }: Belief, { failures }: Candidate): boolean {
  const { pair, size } = scene.failures
  const failing = new Set(Array.from(failures, (i) => pair[i] ?? 0))
  const failed = new Float64Array(kindCount)
  for (let i = 0; i < size; i++) if (failing.has(pair[i] ?? 0)) count(scene.failures, failed, i)
  const share = (known: number) => {
    let ok = 0
    for (const of of failing) ok += pairOkOf(scene, of, known)
    return (failed[known] ?? 0) / Math.max(1, (failed[known] ?? 0) + ok)
  }
  return share(kind.udp) < farLess * share(kind.mtu)
}

/**
 * Whether some DNS replica that fails outside names answers those of the cluster, or none was asked: where no replica
 * answers anything, nothing is known of the servers behind them.
 */
function insideNamesPass({ geometry, counts, failures }: Scene): boolean {
  const [inside, outside] = [new Float64Array(geometry.targets), new Float64Array(geometry.targets)]
  for (let i = 0; i < failures.size; i++) {
    const known = failures.kind[i] ?? 0
    if (known !== kind.dnsInternal && known !== kind.dnsExternal) continue
    const [failed, target] = [known === kind.dnsInternal ? inside : outside, failures.target[i] ?? 0]
    failed[target] = (failed[target] ?? 0) + (failures.n[i] ?? 0)
  }
  const attempts = (failed: Float64Array, target: number, known: number) =>
    (failed[target] ?? 0) + (counts.at.values[byKind(target, known)] ?? 0)
  const shareOf = (failed: Float64Array, target: number, known: number) =>
    (failed[target] ?? 0) / Math.max(1, attempts(failed, target, known))
  const asked = [...inside.keys()].filter((target) => attempts(inside, target, kind.dnsInternal) >= enough)
  const passes = (target: number) =>
    shareOf(inside, target, kind.dnsInternal) < farLess * shareOf(outside, target, kind.dnsExternal)
  return asked.length === 0 || asked.some(passes)
}

/**
 * Whether what is behind it is answered when it is asked in another way: else that is broken. Of a node, what others ask
 * it fails, and what it asks passes.
 */
function otherWayPasses(scene: Scene, { fails: bad, passes: good }: Contrast, node: number | undefined): boolean {
  const { counts, failures } = scene
  let [badFailed, goodFailed] = [0, 0]
  for (let i = 0; i < failures.size; i++) {
    const n = failures.n[i] ?? 0
    if (failures.kind[i] === bad && (node === undefined || failures.target[i] === node)) badFailed += n
    if (failures.kind[i] === good && (node === undefined || failures.source[i] === node)) goodFailed += n
  }
  const [asked, asking] = node === undefined ? [counts.all, counts.all] : [counts.to, counts.from]
  const okOf = (of: typeof asked, known: number) => of.values[node === undefined ? known : byKind(node, known)] ?? 0
  const share = (failed: number, ok: number) => failed / Math.max(1, failed + ok)
  return share(goodFailed, okOf(asking, good)) < farLess * share(badFailed, okOf(asked, bad))
}
