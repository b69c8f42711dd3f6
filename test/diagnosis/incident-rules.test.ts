import t from 'tap'
import type { Accusation } from '../../src/diagnosis/accusation.ts'
import type { Activity } from '../../src/diagnosis/activity.ts'
import { isFlapping } from '../../src/diagnosis/incident.ts'
import { createIncidents } from '../../src/diagnosis/incidents.ts'
import { accusationOf } from './accused.ts'

const cut = accusationOf('pod_network_cut', 'n4')
const path = {
  ...accusationOf('link', 'n1>n4'),
  place: cut.place,
  charge: { is: 'cell', source: 0, target: 3, kinds: [] },
} as const

/**
 * What is told in each round: `!` accused again, `x` active, `.` clean, `e` explained by something else, `g` gone from the
 * cluster; anything else: nothing is known. */
function told(rounds: string, accusation: Accusation = cut) {
  const incidents = createIncidents()
  const activities: Readonly<Record<string, Activity>> = {
    '!': 'active',
    x: 'active',
    '.': 'clean',
    e: 'explained',
    g: 'gone',
  }
  return [...rounds].map((mark, round) =>
    incidents
      .update(round, mark === '!' ? [accusation] : [], () => activities[mark] ?? 'unknown')
      .map((incident) => ({ ...incident, flapping: isFlapping(incident) })),
  )
}

const states = (rounds: string) =>
  told(rounds)
    .map(([incident]) => incident?.state[0] ?? '-')
    .join('')

t.test(
  'a finding recovers with the first clean round, closes with the sixth, and is told once more then',
  async (t) => {
    t.equal(states('!x.......'), 'oorrrrrc-')
    t.equal(states('!x...x.......'), 'oorrrorrrrrrc', 'a gap of four rounds makes it wait for a seventh')
  },
)

t.test('what fails again within five minutes is the same finding, later it is another one', async (t) => {
  const ids = (clean: number) => new Set(told(`!x${'.'.repeat(clean)}!`).flatMap((all) => all.map(({ id }) => id)))
  t.equal(ids(28).size, 1)
  t.equal(ids(40).size, 2)
})

t.test('what goes and comes back three times is flapping', async (t) => {
  const flapping = (rounds: string) => told(rounds).at(-1)?.[0]?.flapping
  t.equal(flapping('!x.x.x'), false)
  t.equal(flapping('!x.x.x.x'), true)
})

t.test('what a wider fault explains for two rounds is closed', async (t) => {
  t.equal(states('!xe'), 'ooo')
  t.equal(states('!xee-'), 'oooc-')
})

t.test(
  'a path that has closed takes a second word to come back: a long window still sees what it lost before',
  async (t) => {
    const ids = (rounds: string) => told(rounds, { ...path, window: 8 }).map((all) => all[0]?.id !== undefined)
    const closed = '!x......'
    t.same(ids(`${closed}--!`).slice(8), [false, false, false], 'once is what is left of it')
    t.same(ids(`${closed}--!x!`).slice(8), [false, false, false, false, true])
    t.same(ids(`${closed}--!-----!`).slice(-1), [false], 'not when it was said long ago')
    t.same(told(`${closed}--!`).at(-1)?.length, 1, 'a node is accused by what is there now')
    t.same(told(`${closed}--!`, { ...path, window: 1 }).at(-1)?.length, 1, 'and so is what one round says')
  },
)

t.test('a path that fails beside a fault of its node is no better name for it', async (t) => {
  const incidents = createIncidents()
  incidents.update(1, [cut], () => 'active')
  const [incident] = incidents.update(2, [path], () => 'active')
  t.equal(incident?.accusation.fault, 'pod_network_cut')
})

t.test('a faint loss that only long windows see is told when it is said again and has grown', async (t) => {
  const faint = (score: number) => ({ ...accusationOf('node_loss', 'n4'), severity: 0.05, window: 8, score })
  const firstTold = (said: readonly (Accusation | undefined)[]) => {
    const incidents = createIncidents()
    return said.findIndex(
      (accusation, round) => incidents.update(round, accusation ? [accusation] : [], () => 'active').length > 0,
    )
  }
  const pause = Array.from({ length: 9 }, () => undefined)
  t.equal(firstTold([faint(5), undefined, faint(8)]), 2)
  t.equal(firstTold([faint(5), undefined, faint(4), undefined, faint(5)]), -1, 'chance is forgotten')
  t.equal(firstTold([faint(5), ...pause, faint(8), faint(9)]), 11, 'after a while it begins anew')
  t.equal(firstTold([{ ...faint(5), window: 3 }]), 0, 'a short window has seen it just now')
  t.equal(firstTold([{ ...faint(5), severity: 0.6 }]), 0)
  t.equal(firstTold([{ ...faint(5), fault: 'kube_proxy' }]), 0, 'what answers wrongly does so by no chance')
})

t.test('what has left the cluster closes at once, and what nobody asks any more after 24 rounds', async (t) => {
  t.equal(states('!xxg'), 'oooc')
  t.equal(states(`!${'?'.repeat(25)}`), `${'o'.repeat(25)}c`)
})

t.test('what comes back after it had closed has the name of now', async (t) => {
  const incidents = createIncidents()
  const off = { ...cut, fault: 'node_down', severity: 1 } as const
  const round = (at: number, accused: readonly Accusation[], activity: Activity) =>
    incidents.update(at, accused, () => activity).map(({ id, accusation }) => ({ id, fault: accusation.fault }))
  const [first] = round(0, [cut], 'active')
  for (let at = 1; at < 10; at++) round(at, [], 'clean')
  t.strictSame(incidents.current(), [], 'it has closed')
  t.strictSame(round(10, [off], 'active'), [{ id: first?.id, fault: 'node_down' }])
})
