import type { Accusation } from './accusation.ts'
import type { Belief } from './belief.ts'
import { weigh } from './cell-weight.ts'
import { failsDirectly } from './contrast.ts'
import { kind } from './kinds.ts'
import { pairOkOf } from './pair-ok.ts'
import { byKind } from './slice.ts'
import type { Cell } from './unexplained.ts'

/** Different rounds in which one Service fails or another. */
const roundsAtLeast = 4
/** Of the requests, how many have to fail: old entries of a kube-proxy send a part of them astray. */
const shareAtLeast = 0.2
/** To choose one more of the Services that are asked, in nats. */
const perService = 2
export const virtual: readonly number[] = [
  kind.canary,
  kind.clusterIp,
  kind.dnsServiceInternal,
  kind.dnsServiceExternal,
  kind.apiService,
]

/**
 * Services that fail from one node alone: its kube-proxy has no rules for them, or old ones. Each may lose a small part
 * only, and all of them together say sooner that it is no chance.
 */
export function proxyAccusations(belief: Belief, cells: readonly Cell[]): readonly Accusation[] {
  const { geometry, failures } = belief.scene
  const of = cells.filter((cell) => {
    const known = failures.kind[cell.failures[0] ?? 0] ?? 0
    return cell.shared && virtual.includes(known) && isOfProxy(belief, cell, known)
  })
  return [...Map.groupBy(of, ({ source }) => source)].flatMap(([source, services]) => {
    const name = geometry.atlas.nodes[source] ?? ''
    return together(belief, services, { kind: 'node', name }) ?? []
  })
}

/** The Services that say it clearest, told at the first of them. */
function together(belief: Belief, services: readonly Cell[], entity: Accusation['entity']): Accusation | undefined {
  const { failures, rounds: window } = belief.scene
  const weighed = services
    .map((cell) => ({ cell, ...weigh(belief, cell) }))
    .filter(({ severity, llr }) => severity >= shareAtLeast && llr > perService)
    .sort((a, b) => b.llr - a.llr)
  const [first] = weighed
  if (first === undefined) return undefined
  const rounds = weighed.flatMap(({ cell }) => cell.failures.map((i) => failures.round[i] ?? 0))
  if (new Set(rounds).size < roundsAtLeast) return undefined
  const llr = weighed.reduce((sum, service) => sum + service.llr - perService, perService)
  const score = llr - first.threshold
  if (score <= 0) return undefined
  return {
    ...{ fault: 'kube_proxy', entity, place: `node/${entity.name}`, severity: first.severity, score, llr, window },
    firstRound: Math.min(...rounds),
    charge: { is: 'cell', source: first.cell.source, target: first.cell.target, kinds: first.kinds },
    alternatives: [],
  }
}

/** Whether it fails from this node alone, and there only through the virtual address. */
function isOfProxy(belief: Belief, cell: Cell, known: number): boolean {
  return onlyFrom(belief, cell, known) && !failsDirectly(belief.scene, cell.source, known)
}

/** Whether others who ask the same Service are answered, far more often than this node is. */
function onlyFrom({ scene }: Belief, { target, source }: Cell, known: number): boolean {
  const { failures } = scene
  const ok = scene.counts.at.values[byKind(target, known)] ?? 0
  let [own, ownOk, others] = [0, 0, 0]
  for (let i = 0; i < failures.size; i++) {
    if (failures.kind[i] !== known || failures.target[i] !== target) continue
    if (failures.source[i] !== source) others += failures.n[i] ?? 0
    else {
      own += failures.n[i] ?? 0
      ownOk = pairOkOf(scene, failures.pair[i] ?? 0, known)
    }
  }
  const mostOfOthers = Math.max(0.03, own / Math.max(1, own + ownOk) / 4)
  return ok > 0 && others <= Math.max(1, mostOfOthers * ok)
}
