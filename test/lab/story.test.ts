import t from 'tap'

import type { Finding } from '../../src/model/finding.ts'
import type { Finding as Named } from '../cluster/faults/fault.ts'
import type { Place } from '../cluster/faults/scene.ts'
import { type Expectation, storyOf } from '../cluster/observe/story.ts'
import { changesOf, type Telling } from '../cluster/observe/telling.ts'

const [a, b] = ['w1', 'w2'].map((host): Place => ({ host, zone: 'z', ip: host, pod: `ns/${host}`, uid: host }))
if (a === undefined || b === undefined) throw new Error('there are two')
const cut: Named = { fault: 'pod_network_cut', entity: 'w3' }
const span = { beganMs: 1000, setMs: 1000, healedMs: 60_000 }

/** `w1 12 open pod_network_cut w3`: by whom, after how many seconds, and what. */
function tellings(...lines: readonly string[]): readonly Telling[] {
  return lines.map((line) => {
    const [host = '', seconds = '', state = '', fault = '', entity = ''] = line.split(' ')
    const by = host === 'w1' ? a : b
    if (by === undefined) throw new Error(host)
    const text = `${entity}: ${fault}`
    return { atMs: Number(seconds) * 1000, by, id: fault, fault, entity, state: state as Telling['state'], text }
  })
}

function expecting(findings: readonly Named[], blind: readonly string[] = []): Expectation {
  return { findings, aggregators: [a, b].flatMap((place) => place ?? []), blind: new Set(blind) }
}

const right = [
  ...['w1 20 open pod_network_cut w3', 'w2 22 open pod_network_cut w3'],
  ...['w1 71 recovering pod_network_cut w3', 'w2 73 recovering pod_network_cut w3'],
  ...['w1 130 closed pod_network_cut w3', 'w2 133 closed pod_network_cut w3'],
]

t.test('seconds count until the last aggregator says it', async (t) => {
  t.match(storyOf(tellings(...right), expecting([cut]), span), {
    ...{ namedSeconds: 21, recoveringSeconds: 13, closedSeconds: 73 },
    ...{ said: ['w3: pod_network_cut'], others: [] },
  })
})

t.test('what one of them never says never happened', async (t) => {
  const [first = '', , third = '', , fifth = ''] = right
  const story = storyOf(tellings(first, third, fifth), expecting([cut]), span)
  t.match([story.namedSeconds, story.recoveringSeconds, story.closedSeconds], [undefined, undefined, undefined])
  t.equal(
    storyOf(tellings(first, third, fifth), expecting([cut], ['w2']), span).namedSeconds,
    19,
    'a blind one need not',
  )
})

t.test('what a sentence has to name and does not is told, with who', async (t) => {
  const expected = expecting([{ ...cut, words: ['w3: pod', '10.0.0.1'] }])
  t.same(storyOf(tellings(...right), expected, span).others, [
    'w1: nothing of 10.0.0.1 in pod_network_cut w3',
    'w2: nothing of 10.0.0.1 in pod_network_cut w3',
  ])
})

t.test('a finding that is open again has not recovered', async (t) => {
  const again = [...right.slice(0, 4), 'w1 80 open pod_network_cut w3']
  const story = storyOf(tellings(...again), expecting([cut]), span)
  t.equal(story.recoveringSeconds, undefined)
  t.equal(
    storyOf(tellings(...again, 'w1 90 recovering pod_network_cut w3'), expecting([cut]), span).recoveringSeconds,
    30,
  )
})

t.test('whatever else is said is another finding, with who and when', async (t) => {
  const story = storyOf(
    tellings(...right, 'w2 31 open node_loss w4', 'w2 35 closed node_loss w4'),
    expecting([cut]),
    span,
  )
  t.same(story.others, ['w2: node_loss w4 after 30 s'])
  t.same(storyOf(tellings('w2 31 recovering node_loss w4'), expecting([]), span).others.length, 1, 'also of nothing')
  t.same(storyOf(tellings('w2 0 open node_loss w4'), expecting([]), span).others, [], 'not what was said before')
})

t.test('only who hears less than half may speak of a partition', async (t) => {
  const said = tellings('w2 31 open partition cluster')
  t.same(storyOf(said, expecting([cut], ['w2']), span).others, [])
  t.equal(storyOf(said, expecting([cut]), span).others.length, 1)
})

t.test('what is cut off one way may be taken for cut off both ways until it is heard, and nothing else', async (t) => {
  const out: Named = { fault: 'pod_network_out', entity: 'w3' }
  const first = ['w1 20 open pod_network_cut w3', 'w2 21 open pod_network_cut w3']
  t.match(storyOf(tellings(...first), expecting([out]), span), { namedSeconds: 20, others: [] })
  const refined = [...first, 'w1 70 recovering pod_network_out w3', 'w2 71 recovering pod_network_out w3']
  t.match(storyOf(tellings(...refined), expecting([out]), span), { others: [], said: ['w3: pod_network_out'] })
  const never = [...first, 'w1 70 recovering pod_network_out w3', 'w2 71 recovering pod_network_cut w3']
  t.same(storyOf(tellings(...never), expecting([out]), span).others, ['w2: pod_network_cut w3 to the end'])
  t.equal(storyOf(tellings('w1 20 open pod_network_cut w4'), expecting([out]), span).others.length, 1)
  const oneWay: Named = { fault: 'zone_one_way', entity: 'z2>z1' }
  t.same(storyOf(tellings('w1 20 open zone_cut z1|z2'), expecting([oneWay]), span).others, [])
  t.equal(storyOf(tellings('w1 20 open zone_cut z1|z3'), expecting([oneWay]), span).others.length, 1)
  const into: Named = { fault: 'pod_network_in', entity: 'w3' }
  t.equal(storyOf(tellings('w1 20 open pod_network_cut w3'), expecting([into]), span).others.length, 1)
})

t.test('what changes from one answer to the next is told, and what is gone has closed', async (t) => {
  const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
    ...{ id, fault: 'mtu', state: 'open', entity: { kind: 'node', name: 'w1' }, severity: 1, confidence: 'high' },
    ...{ since: '', firstEvidence: '', flapping: false, text: id, evidence: [], contrast: [], alternatives: [] },
    ...{ nextStep: '', runbook: '' },
    ...more,
  })
  const changes = (before: readonly Finding[], now: readonly Finding[]) =>
    changesOf({ atMs: 1, by: a, before, now }).map(({ id, state, fault }) => `${id} ${state} ${fault}`)
  t.same(changes([], [finding('x')]), ['x open mtu'])
  t.same(changes([finding('x')], [finding('x', { text: 'more evidence' })]), [], 'no news')
  t.same(changes([finding('x')], [finding('x', { state: 'recovering' })]), ['x recovering mtu'])
  t.same(changes([finding('x')], [finding('x', { fault: 'node_loss' })]), ['x open node_loss'])
  t.same(changes([finding('x'), finding('y')], [finding('y')]), ['x closed mtu'])
})
