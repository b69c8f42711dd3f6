import type { Cluster } from './cluster.ts'
import type { Noise } from './noise.ts'
import { type Random, shareOf } from './random.ts'
import { health, type Weather } from './weather.ts'

/** The coming and going of agents: restarts, replaced pods, starved processes. */
export interface Life {
  /** Throws the dice for one round; call it before anything else of the round. */
  roundBegins(round: number, present: readonly number[]): void
  /** How an agent answers at a moment of the round, from 0 to 1, as far as it is not broken by a fault. */
  stateAt(node: number, moment: number): number
  /** Whether anything of this round is out of the ordinary for a node. */
  isTouched(node: number): boolean
  starvedOf(node: number): number
  /** It has told its peers that it leaves: what they see of it does not count. */
  isExcused(node: number): boolean
  /** A fault or an upgrade begins another boot of the agent, or another pod. */
  restart(node: number, how: { readonly newPod: boolean; readonly round: number }): void
  excuse(node: number, untilRound: number): void
  /** The moment of this round in which the process began; 0 for one that is older. */
  bornAt(node: number): number
  bootId(node: number): string
  podUid(node: number): string
  /** Whether `source` has not yet heard that a node's pod is another one. */
  knowsOldPod(source: number, node: number, round: number): boolean
  /** The hash of what a node's agent knows of all pods; -1 is the aggregator. */
  viewHash(source: number, round: number): string
}

/** Most restarts are of the container: the pod and its address stay. */
const replacedShare = 0.1
const gracefulShare = 0.5
const starvedRounds = 5
const forgetAfter = 60
const longestLag = 40

interface News {
  readonly node: number
  readonly round: number
  readonly serial: number
}

export function createLife({ nodes }: Cluster, random: Random, noise: Noise): Life {
  const count = nodes.length
  const [downFrom, downTo] = [new Float32Array(count), new Float32Array(count)]
  const [downAs, starved, excused] = [new Uint8Array(count), new Float32Array(count), new Int32Array(count)]
  const [boots, pods, bootRounds] = [new Int32Array(count), new Int32Array(count), new Int32Array(count).fill(-1000)]
  let down = new Set<number>()
  let overlong = new Map<number, number>()
  let news: News[] = []
  let now = 0
  let base = 0

  const wordOf = (node: number, serial: number) => Math.floor(shareOf(node, serial, 77) * 2 ** 32)

  function begin(node: number, newPod: boolean, round: number): void {
    boots[node] = (boots[node] ?? 0) + 1
    bootRounds[node] = round
    if (!newPod) return
    pods[node] = (pods[node] ?? 0) + 1
    news.push({ node, round, serial: pods[node] ?? 0 })
  }

  function crash(node: number, round: number): void {
    const newPod = random.chance(replacedShare)
    const from = random.next()
    const rounds = newPod ? 0.3 + 1.2 * random.next() : 0.1 + 0.9 * random.next()
    down.add(node)
    downFrom[node] = from
    downTo[node] = Math.min(1, from + rounds)
    downAs[node] = newPod ? health.silent : health.refuses
    if (newPod && random.chance(gracefulShare)) excused[node] = round + 3
    if (from + rounds > 1) overlong.set(node, from + rounds - 1)
    else begin(node, newPod, round)
    if (from + rounds > 1) pendingPods.set(node, newPod)
  }
  const pendingPods = new Map<number, boolean>()

  function goOn(round: number): void {
    const before = overlong
    down = new Set()
    overlong = new Map()
    for (const [node, rest] of before) {
      down.add(node)
      downFrom[node] = 0
      downTo[node] = Math.min(1, rest)
      if (rest > 1) overlong.set(node, rest - 1)
      else begin(node, pendingPods.get(node) === true, round)
    }
  }

  function lag(source: number, { node, serial }: News): number {
    const draw = shareOf(source + 2, node * 8191 + serial, 5)
    if (source < 0) return 0
    return draw < noise.staleLists
      ? 10 + Math.floor((longestLag - 10) * (draw / noise.staleLists))
      : Math.floor(draw * 3)
  }

  const unheard = (source: number, round: number) => news.filter((item) => round - item.round < lag(source, item))

  return {
    roundBegins(round, present) {
      now = round
      goOn(round)
      const old = news.filter((item) => round - item.round > forgetAfter)
      for (const { node, serial } of old) base = (base + wordOf(node, serial)) % 2 ** 32
      news = news.filter((item) => round - item.round <= forgetAfter)
      const onset = noise.starved / starvedRounds / Math.max(0.01, 1 - noise.starved)
      for (const node of present) {
        if (!down.has(node) && random.chance(noise.restarts)) crash(node, round)
        const goesOn = (starved[node] ?? 0) > 0 && !random.chance(1 / starvedRounds)
        if (!goesOn) starved[node] = random.chance(onset) ? 0.3 + 0.7 * random.next() : 0
      }
    },
    stateAt(node, moment) {
      if (!down.has(node)) return health.well
      return moment >= (downFrom[node] ?? 0) && moment < (downTo[node] ?? 0) ? (downAs[node] ?? 0) : health.well
    },
    isTouched: (node) => down.has(node) || (starved[node] ?? 0) > 0 || (excused[node] ?? 0) >= now,
    starvedOf: (node) => starved[node] ?? 0,
    isExcused: (node) => (excused[node] ?? 0) >= now,
    restart: (node, { newPod, round }) => begin(node, newPod, round),
    excuse(node, untilRound) {
      excused[node] = untilRound
    },
    bornAt: (node) => (down.has(node) && bootRounds[node] === now ? (downTo[node] ?? 0) : 0),
    bootId: (node) => `boot-${node.toString(36)}-${boots[node] ?? 0}`,
    podUid: (node) => `pod-${node.toString(36)}-${pods[node] ?? 0}`,
    knowsOldPod: (source, node, round) =>
      news.some((item) => item.node === node && round - item.round < lag(source, item)),
    viewHash(source, round) {
      const missing = new Set(unheard(source, round))
      let hash = base
      for (const item of news) if (!missing.has(item)) hash = (hash + wordOf(item.node, item.serial)) % 2 ** 32
      return hash.toString(36)
    },
  }
}

/** How an agent answers, faults included. */
export function agentState(life: Life, weather: Weather, node: number, moment: number): number {
  return weather.agent[node] || life.stateAt(node, moment)
}
