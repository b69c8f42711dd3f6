import type { Accusation } from './accusation.ts'
import { nowhere } from './atlas.ts'
import type { Belief } from './belief.ts'
import { endsOf } from './entity.ts'
import { failureClass } from './failure-class.ts'
import { kind, kinds } from './kinds.ts'
import { pairOkOf } from './pair-ok.ts'
import { byKind } from './slice.ts'
import { type Cell, cellsOf, suspectsOf } from './unexplained.ts'

const roundsAtLeast = 4
const failedAtLeast = 6
const alpha = 1e-4
/** Of the requests, how many have to fail: old entries of a kube-proxy send a part of them astray. */
const leastOf = { link: 0.5, mtu: 0.5, kube_proxy: 0.2 } as const
const pairsPerNode = 30
/** A canary that answers from an earlier generation is so many times as likely of old rules as of chance. */
const oldAnswer = 8
/** So many broken paths of one node are no matter of a path. */
const linksOfOneNode = 3
const everyKind: readonly number[] = [...kinds.keys()]
const virtual: readonly number[] = [
  kind.canary,
  kind.clusterIp,
  kind.dnsServiceInternal,
  kind.dnsServiceExternal,
  kind.apiService,
]

/**
 * What no hypothesis explains and yet does not go away: one path, or one Service from one node. `held`: suspects of which
 * something is or was held lately; what is left of that on a path is no fault of the path.
 */
export function residualAccusations(belief: Belief, held: ReadonlyMap<number, number>): readonly Accusation[] {
  const { geometry } = belief.scene
  const cells = cellsOf(belief)
  const found = cells.flatMap((cell) => {
    if (cell.rounds < roundsAtLeast) return []
    if (suspectsOf(geometry, cell).some((suspect) => held.has(suspect))) return []
    return (cell.shared ? serviceCell(belief, cell) : linkCell(belief, cell, cells)) ?? []
  })
  const accusations = surestOfEachPlace(found)
  const links = new Map<string, number>()
  for (const { name } of accusations.flatMap(({ entity }) => endsOf(entity)))
    links.set(name, (links.get(name) ?? 0) + 1)
  return accusations.filter(({ entity }) => endsOf(entity).every(({ name }) => (links.get(name) ?? 0) < linksOfOneNode))
}

function surestOfEachPlace(accusations: readonly Accusation[]): readonly Accusation[] {
  const surest = new Map<string, Accusation>()
  for (const one of accusations) if (one.score > (surest.get(one.place)?.score ?? 0)) surest.set(one.place, one)
  return [...surest.values()]
}

/** One path: connections and datagrams both fail on it, or large packets and nothing else. */
function linkCell(belief: Belief, cell: Cell, cells: readonly Cell[]): Accusation | undefined {
  const { scene } = belief
  const { atlas } = scene.geometry
  const count = (wanted: readonly number[]) =>
    cell.failures.reduce(
      (sum, i) => sum + (wanted.includes(scene.failures.kind[i] ?? 0) ? (scene.failures.n[i] ?? 0) : 0),
      0,
    )
  // Requests that starved agents miss look like a path of their own, and their other paths like others.
  if (scene.starved.has(cell.source) || scene.starved.has(cell.target)) return undefined
  const [source, target] = [atlas.nodes[cell.source] ?? '', atlas.nodes[cell.target] ?? '']
  const place = placeOf(source, target)
  if (count([kind.mtu]) === count(everyKind)) {
    // It comes back as large as it went: which way it vanished is not known, and who is at the other end fails too.
    const back = cells.find((other) => !other.shared && other.source === cell.target && other.target === cell.source)
    const failures = [...cell.failures, ...(back?.failures ?? []).filter((i) => scene.failures.kind[i] === kind.mtu)]
    const entity = { kind: 'pair', name: between(source, target) } as const
    return accuse(belief, { ...cell, failures }, { fault: 'mtu', entity, place })
  }
  // A process that starves is still connected to: only a path that is broken fails connections too.
  if (count([kind.tcp]) < 3 || count([kind.udp, kind.oneWay]) < 3) return undefined
  // A round trip fails for both ends, of which one may not be heard: either tells which way loses the datagrams.
  const names = {
    there: `${source}>${target}`,
    back: `${target}>${source}`,
    both: between(source, target),
  }
  const name = names[waysOf(belief, cell)]
  return accuse(belief, cell, { fault: 'link', entity: { kind: 'pair', name }, place })
}

function between(a: string, b: string): string {
  return [a, b].sort().join('|')
}

/** The same for both directions, so that one may be found after the other. */
function placeOf(a: string, b: string): string {
  return `pair/${between(a, b)}`
}

/** Which way datagrams get lost; where the receiver counts none, the direction is not known. */
function waysOf({ scene: { failures } }: Belief, { source, target }: Cell): 'there' | 'back' | 'both' {
  let [there, back] = [0, 0]
  for (let i = 0; i < failures.size; i++) {
    if (failures.kind[i] !== kind.oneWay) continue
    if (failures.source[i] === source && failures.target[i] === target) there += failures.n[i] ?? 0
    if (failures.source[i] === target && failures.target[i] === source) back += failures.n[i] ?? 0
  }
  if (there > 3 * back) return 'there'
  return back > 3 * there ? 'back' : 'both'
}

/** One Service from one node: its kube-proxy has no rules for it, or old ones. One pod from one node: the path to it. */
function serviceCell(belief: Belief, cell: Cell): Accusation | undefined {
  const { scene } = belief
  const { atlas } = scene.geometry
  const source = atlas.nodes[cell.source] ?? ''
  const of = cell.failures.filter((i) => virtual.includes(scene.failures.kind[i] ?? 0))
  if (of.length > 0) {
    const known = scene.failures.kind[of[0] ?? 0] ?? 0
    if (!onlyFrom(belief, cell, known)) return undefined
    return accuse(belief, cell, {
      fault: 'kube_proxy',
      entity: { kind: 'node', name: source },
      place: `node/${source}`,
    })
  }
  const host = atlas.targets[cell.target]?.host ?? nowhere
  if (host === nowhere || host === cell.source) return undefined
  if (failsAsPeer(belief, cell.source, host)) return undefined
  const asked = atlas.nodes[host] ?? ''
  const entity = { kind: 'pair', name: `${source}>${asked}` } as const
  return accuse(belief, cell, { fault: 'link', entity, place: placeOf(source, asked) })
}

/** Whether the nodes fail each other anyway: then the path says it better. */
function failsAsPeer({ scene: { failures } }: Belief, a: number, b: number): boolean {
  for (let i = 0; i < failures.size; i++) {
    const [source, target] = [failures.source[i], failures.target[i]]
    if (failures.kind[i] === kind.tcp && ((source === a && target === b) || (source === b && target === a))) return true
  }
  return false
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

function accuse(
  { scene, rate }: Belief,
  cell: Cell,
  who: Pick<Accusation, 'entity' | 'place'> & { readonly fault: keyof typeof leastOf },
): Accusation | undefined {
  const { failures } = scene
  const pair = failures.pair[cell.failures[0] ?? 0] ?? 0
  const failing = new Map<number, number>()
  for (const i of cell.failures)
    failing.set(failures.kind[i] ?? 0, (failing.get(failures.kind[i] ?? 0) ?? 0) + (failures.n[i] ?? 0))
  const failed = [...failing.values()].reduce((sum, n) => sum + n, 0)
  if (failed < (cell.shared ? roundsAtLeast : failedAtLeast)) return undefined
  let [best, severity] = [Number.NEGATIVE_INFINITY, 0]
  for (const share of [0.98, 0.6, 0.3]) {
    let llr = 0
    for (const i of cell.failures) {
      const isOld = failures.kind[i] === kind.canary && failures.class[i] === failureClass.wrong
      const times = (isOld ? oldAnswer : 1) * share
      llr += (failures.n[i] ?? 0) * (Math.log(times) - Math.log(-Math.expm1(-(rate[i] ?? 1))))
    }
    for (const known of failing.keys()) llr += pairOkOf(scene, pair, known) * Math.log1p(-share)
    if (llr <= best) continue
    best = llr
    severity = share
  }
  const threshold = Math.log((scene.geometry.nodes * pairsPerNode * 3) / alpha) + 4
  if (best <= threshold || (cell.shared && severity < leastOf[who.fault])) return undefined
  const { source, target, firstRound } = cell
  const charge = { is: 'cell', source, target, kinds: [...failing.keys()] } as const
  return {
    ...who,
    severity,
    score: best - threshold,
    llr: best,
    window: scene.rounds,
    firstRound,
    charge,
    alternatives: [],
  }
}
