import type { Fault } from '../../model/fault.ts'
import type { Cluster } from '../cluster.ts'
import { type Accepted, type Happening, type Scenario, type Scene, truth } from '../scenario.ts'
import { type Weather, worsen } from '../weather.ts'

interface Pair {
  readonly a: number
  readonly b: number
}

export const zoneCut: Scenario = {
  name: 'zone_cut',
  doc: 'two zones do not reach each other',
  plan: (scene) => ({ happenings: [cutBetween(scene, twoZones(scene))] }),
}

export const zoneOneWay: Scenario = {
  name: 'zone_one_way',
  doc: 'packets from one zone to another are lost; the way back works',
  plan: (scene) => ({ happenings: [oneWay(scene, twoZones(scene))] }),
}

export const zoneLoss: Scenario = {
  name: 'zone_loss',
  doc: 'one packet in ten between two zones is lost',
  plan: (scene) => {
    const { a, b } = twoZones(scene)
    return {
      during: 26,
      happenings: [
        {
          truth: truth('zone_loss', bothWays(scene.cluster, a, b), {
            gray: true,
            alsoAccepted: [...orderless(scene.cluster, 'zone_loss', a, b), ...eachOfTwo(scene.cluster, 'zone_loss')],
          }),
          breaks(weather) {
            worsen(weather.zone, border(scene.cluster, a, b), 0.1)
            worsen(weather.zone, border(scene.cluster, b, a), 0.1)
          },
        },
      ],
    }
  },
}

export const zoneIsolated: Scenario = {
  name: 'zone_isolated',
  doc: 'a zone is cut off from all others',
  plan: (scene) => ({ happenings: [isolated(scene, scene.random.below(scene.cluster.zones.length))] }),
}

export const twoZoneFaults: Scenario = {
  name: 'two_zone_faults',
  doc: 'two zones do not reach each other, and one of them does not reach a third',
  plan(scene) {
    const { a, b } = twoZones(scene)
    const third = scene.cluster.zones.findIndex((_, zone) => zone !== a && zone !== b)
    if (third < 0) return { happenings: [cutBetween(scene, { a, b })] }
    // Nobody hears what a zone receives that nobody can ask: then it may be cut off from all others as well.
    const also = [
      { fault: 'zone_isolated' as const, entity: scene.cluster.zones[a] ?? '' },
      ...onlyNode(scene.cluster, a),
    ]
    const happenings = [cutBetween(scene, { a, b }), { ...oneWay(scene, { a, b: third }), from: 2 }]
    return { happenings: happenings.map((happening) => alsoAccepting(happening, also)) }
  },
}

function alsoAccepting(happening: Happening, also: readonly Accepted[]): Happening {
  const { truth: what } = happening
  if (what === undefined) return happening
  return { ...happening, truth: { ...what, alsoAccepted: [...what.alsoAccepted, ...also] } }
}

/** Two different zones; the same twice when there is only one, and then nothing is lost. */
export function twoZones({ cluster, random }: Scene): Pair {
  const [a = 0, b = 0] = random.some(
    cluster.zones.map((_, zone) => zone),
    2,
  )
  return { a, b }
}

export function border({ zones }: Cluster, a: number, b: number): number {
  return a * (zones.length + 1) + b
}

export function bothWays({ zones }: Cluster, a: number, b: number): string {
  return [zones[a] ?? '', zones[b] ?? ''].sort().join('|')
}

/** The two names of a pair may come in either order; what is between zones of one node each is between these nodes. */
export function orderless(cluster: Cluster, fault: Fault, a: number, b: number): readonly Accepted[] {
  const { zones } = cluster
  const [one, other] = [aloneIn(cluster, a), aloneIn(cluster, b)]
  const ofNodes = one === undefined || other === undefined || a === b ? [] : [`${one}|${other}`, `${other}|${one}`]
  const ways = ofNodes.map((pair) => pair.replace('|', '>'))
  const ofPath = fault.startsWith('zone_') ? 'link' : fault
  return [
    ...[`${zones[a]}|${zones[b]}`, `${zones[b]}|${zones[a]}`].map((entity) => ({ fault, entity })),
    ...[...ofNodes, ...ways].map((entity) => ({ fault: ofPath, entity })),
  ]
}

/** The only node of a zone, if it has no more. */
function aloneIn({ nodes, zoneOf }: Cluster, zone: number): string | undefined {
  const [only, ...more] = nodes.filter((_, node) => zoneOf[node] === zone)
  return more.length === 0 ? only : undefined
}

/** A zone of one node that nobody reaches is a node that nobody reaches. */
function onlyNode(cluster: Cluster, zone: number): readonly Accepted[] {
  const alone = aloneIn(cluster, zone)
  return alone === undefined ? [] : [{ fault: 'node_down', entity: alone }]
}

/** With two zones it is the same thing to be cut off from one and from all. */
function eachOfTwo({ zones }: Cluster, fault: Fault): readonly Accepted[] {
  return zones.length > 2 ? [] : zones.map((entity) => ({ fault, entity }))
}

function cutBetween({ cluster }: Scene, { a, b }: Pair): Happening {
  const also = orderless(cluster, 'zone_cut', a, b)
  const isolation = eachOfTwo(cluster, 'zone_isolated')
  return {
    ...(a !== b && { truth: truth('zone_cut', bothWays(cluster, a, b), { alsoAccepted: [...also, ...isolation] }) }),
    breaks: (weather) => cut(weather, cluster, a, b),
  }
}

function oneWay({ cluster }: Scene, { a, b }: Pair): Happening {
  const wayBack = `${aloneIn(cluster, b)}>${aloneIn(cluster, a)}`
  return {
    // Who is on the side that hears nothing cannot ask the other what it hears.
    ...(a !== b && {
      truth: truth('zone_one_way', `${cluster.zones[a]}>${cluster.zones[b]}`, {
        alsoAccepted: orderless(cluster, 'zone_cut', a, b).filter(({ entity }) => entity !== wayBack),
      }),
    }),
    breaks: ({ zone }) => (a === b ? undefined : worsen(zone, border(cluster, a, b), 1)),
  }
}

function isolated({ cluster }: Scene, zone: number): Happening {
  const { zones } = cluster
  const others = zones.map((_, other) => other).filter((other) => other !== zone)
  const pairs = others.length === 1 ? orderless(cluster, 'zone_cut', zone, others[0] ?? 0) : []
  const name = zones[zone] ?? ''
  // Whose zone is whole is a matter of where one stands.
  // Who is on the smaller side sees less than half, and says no more than that.
  const size = cluster.nodes.filter((_, node) => cluster.zoneOf[node] === zone).length
  const unseen = 2 * size >= cluster.nodes.length ? [{ fault: 'partition' as const, entity: 'cluster' }] : []
  const node = onlyNode(cluster, zone)
  const other = others.length === 1 ? [{ fault: 'zone_isolated' as const, entity: zones[others[0] ?? 0] ?? '' }] : []
  return {
    ...(others.length > 0 && {
      truth: truth('zone_isolated', name, { alsoAccepted: [...pairs, ...other, ...unseen, ...node] }),
    }),
    breaks(weather) {
      for (const to of others) cut(weather, cluster, zone, to)
    },
  }
}

function cut({ zone }: Weather, cluster: Cluster, a: number, b: number): void {
  if (a === b) return
  worsen(zone, border(cluster, a, b), 1)
  worsen(zone, border(cluster, b, a), 1)
}
