import type { Accusation } from './accusation.ts'
import { nowhere } from './atlas.ts'
import { type Belief, rateOf } from './belief.ts'
import { weigh } from './cell-weight.ts'
import { otherViews } from './doubt.ts'
import { endsOf } from './entity.ts'
import { kind, kinds } from './kinds.ts'
import { besideOf, pairOkOf } from './pair-ok.ts'
import { proxyAccusations, virtual } from './proxy-cells.ts'
import type { Scene } from './scene.ts'
import { byKind } from './slice.ts'
import { type Cell, cellsOf, suspectsOf } from './unexplained.ts'

const roundsAtLeast = 4
const failedAtLeast = 6
/** Of the requests to a shared target, how many have to fail. */
const shareAtLeast = 0.5
/** So many broken paths of one node are no matter of a path. */
const linksOfOneNode = 3
/** Of the datagrams one way, how many are lost on a path that is broken that way, and how many arrive on one that is not. */
const lossyFrom = 0.25
const openFrom = 0.6
const clearly = 3
const likely = rateOf(0.5)
/** Of the share that fails on a path, what may fail beside it. */
const little = 0.25
const everyKind: readonly number[] = [...kinds.keys()]

/**
 * What no hypothesis explains and yet does not go away: one path, or one Service from one node. `held`: suspects of which
 * something is or was held lately; what is left of that on a path is no fault of the path.
 */
export function residualAccusations(belief: Belief, held: ReadonlyMap<number, number>): readonly Accusation[] {
  const { geometry } = belief.scene
  const cells = cellsOf(belief)
  const free = cells.filter((cell) => !suspectsOf(geometry, cell).some((suspect) => held.has(suspect)))
  const found = free.flatMap((cell) => {
    if (cell.rounds < roundsAtLeast) return []
    return (cell.shared ? replicaCell(belief, cell) : linkCell(belief, cell, cells)) ?? []
  })
  const accusations = surestOfEachPlace([...found, ...proxyAccusations(belief, free)])
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
  const accusation = accuse(belief, cell, { fault: 'link', entity: { kind: 'pair', name }, place })
  return accusation !== undefined && hasOldList(scene, cell) ? undefined : accusation
}

/** Who knows other pods than most, for as long as it fails, asks one that is no more: since before anybody watched. */
function hasOldList({ failures, slices }: Scene, cell: Cell): boolean {
  const knowsOthers = otherViews(slices)
  const old = cell.failures.filter((i) => knowsOthers(failures.source[i] ?? 0, failures.round[i] ?? 0))
  return 2 * old.length > cell.failures.length
}

function between(a: string, b: string): string {
  return [a, b].sort().join('|')
}

/** The same for both directions, so that one may be found after the other. */
function placeOf(a: string, b: string): string {
  return `pair/${between(a, b)}`
}

/** Which way datagrams get lost: the one that loses them, or the other one where they arrive; else it is not known. */
function waysOf(belief: Belief, { source, target, rounds }: Cell): 'there' | 'back' | 'both' {
  const [there, back] = [wayOf(belief, source, target, rounds), wayOf(belief, target, source, rounds)]
  if (there.is === back.is) {
    if (there.lost > clearly * back.lost) return 'there'
    return back.lost > clearly * there.lost ? 'back' : 'both'
  }
  if (there.is === 'lossy' || back.is === 'lossy') return there.is === 'lossy' ? 'there' : 'back'
  return there.is === 'open' ? 'back' : 'there'
}

/** What the receiver counts of one way; what arrives, in the rounds in which it does not reach the sender itself. */
function wayOf({ scene }: Belief, sender: number, receiver: number, rounds: number) {
  const { failures } = scene
  const perRound = kinds[kind.oneWay]?.perRound ?? 1
  let [lost, arrived, sent] = [0, 0, 0]
  for (let i = 0; i < failures.size; i++) {
    const [source, target, known] = [failures.source[i], failures.target[i], failures.kind[i]]
    if (source === sender && target === receiver && known === kind.oneWay) lost += failures.n[i] ?? 0
    if (source !== receiver || target !== sender || known !== kind.tcp) continue
    arrived += besideOf(scene, i)
    sent += perRound
  }
  if (lost >= lossyFrom * perRound * rounds) return { is: 'lossy', lost } as const
  return { is: sent > 0 && arrived >= openFrom * sent ? 'open' : 'unknown', lost } as const
}

/** One pod from one node: the path to it. */
function replicaCell(belief: Belief, cell: Cell): Accusation | undefined {
  const { scene } = belief
  const { atlas } = scene.geometry
  const source = atlas.nodes[cell.source] ?? ''
  if (cell.failures.some((i) => virtual.includes(scene.failures.kind[i] ?? 0))) return undefined
  const host = atlas.targets[cell.target]?.host ?? nowhere
  if (host === nowhere || host === cell.source) return undefined
  if (failsAsPeer(belief, cell.source, host) || !isOnlyPath(belief, cell)) return undefined
  const asked = atlas.nodes[host] ?? ''
  const entity = { kind: 'pair', name: `${source}>${asked}` } as const
  return accuse(belief, cell, { fault: 'link', entity, place: placeOf(source, asked) })
}

/** Whether the asker is answered by other pods of the kind, and the asked answers others, far more often. */
function isOnlyPath({ scene, touched, rate }: Belief, { source, target, failures: own }: Cell): boolean {
  const { failures, counts } = scene
  const kindsOf = [...new Set(own.map((i) => failures.kind[i] ?? 0))]
  let [ofAsker, ofAsked] = [0, 0]
  for (let i = 0; i < failures.size; i++) {
    const [isAsker, isAsked] = [failures.source[i] === source, failures.target[i] === target]
    if (isAsker === isAsked || !kindsOf.includes(failures.kind[i] ?? 0)) continue
    if (touched[i] === 1 && (rate[i] ?? 0) >= likely) continue
    if (isAsker) ofAsker += failures.n[i] ?? 0
    else ofAsked += failures.n[i] ?? 0
  }
  const sum = (okOf: (known: number) => number) => kindsOf.reduce((all, known) => all + okOf(known), 0)
  const okOfAsker = sum((known) => counts.from.values[byKind(source, known)] ?? 0)
  const okOfAsked = sum((known) => counts.at.values[byKind(target, known)] ?? 0)
  const ok = sum((known) => pairOkOf(scene, failures.pair[own[0] ?? 0] ?? 0, known))
  const failed = own.reduce((all, i) => all + (failures.n[i] ?? 0), 0)
  const isLittle = (n: number, okThere: number) => n <= Math.max(1, (little * failed * (okThere + n)) / (failed + ok))
  return isLittle(ofAsker, okOfAsker - ok) && isLittle(ofAsked, okOfAsked - ok)
}

/** Whether the nodes fail each other anyway: then the path says it better. */
function failsAsPeer({ scene: { failures } }: Belief, a: number, b: number): boolean {
  for (let i = 0; i < failures.size; i++) {
    const [source, target] = [failures.source[i], failures.target[i]]
    if (failures.kind[i] === kind.tcp && ((source === a && target === b) || (source === b && target === a))) return true
  }
  return false
}

function accuse(
  belief: Belief,
  cell: Cell,
  who: Pick<Accusation, 'entity' | 'place'> & { readonly fault: 'link' | 'mtu' },
): Accusation | undefined {
  const { llr, severity, threshold, failed, kinds: of } = weigh(belief, cell)
  if (failed < (cell.shared ? roundsAtLeast : failedAtLeast)) return undefined
  if (llr <= threshold || (cell.shared && severity < shareAtLeast)) return undefined
  const { source, target, firstRound } = cell
  return {
    ...{ ...who, severity, score: llr - threshold, llr, window: belief.scene.rounds, firstRound },
    charge: { is: 'cell', source, target, kinds: of },
    alternatives: [],
  }
}
