import t from 'tap'
import { diagnosed } from './drawn.ts'

/** How a fault begins in the middle of a round and ends, and what is said of it in each. */
const unread = ['n4']
const cutN4 = '   n4 *\nn4 .  x\n*  x  .'
const toN4 = '   n4\n*  x'
/** Who asks early in the round still got through. */
const half = '   n4\nn6 x\nn7 x\nn8 x\nn9 x'

const words = (steps: ReturnType<typeof diagnosed>) =>
  steps.map((findings) => findings.map(({ fault, entity, state }) => `${fault} ${entity.name} ${state}`))

t.test('what took a part of its first round and all of the second is named then, by its whole name', async (t) => {
  const steps = diagnosed([
    [10, {}],
    [1, { packets: half, hosts: half, nodePorts: half, unread }],
    [1, { packets: cutN4, hosts: toN4, nodePorts: toN4, unread }],
  ])
  t.strictSame(words(steps), [[], [], ['node_down n4 open']])
})

t.test('what takes a part in every round is no whole fault that begins', async (t) => {
  const steps = diagnosed([
    [10, {}],
    [2, { packets: half, hosts: half, nodePorts: half, unread }],
  ])
  t.strictSame(words(steps), [[], []], 'and takes another round to be named')
})

t.test('one round in which all works again is enough to say that it recovers', async (t) => {
  const steps = diagnosed([
    [10, {}],
    [3, { packets: cutN4, unread }],
    [1, {}],
    [4, {}],
    [1, {}],
    [1, {}],
  ])
  const [open, recovering, closed] = ['open', 'recovering', 'closed'].map((state) => [`pod_network_cut n4 ${state}`])
  t.strictSame(words(steps), [[], open, recovering, recovering, closed, []])
})

t.test('a path that was broken recovers after one round as well', async (t) => {
  const link = '   n7\nn2 x'
  const steps = diagnosed([
    [10, {}],
    [12, { packets: link }],
    [1, {}],
  ])
  t.match(steps[1], [{ fault: 'link', state: 'open' }])
  t.match(steps[2], [{ fault: 'link', state: 'recovering' }])
})

t.test('of an asker that nobody hears it is not said that its path works', async (t) => {
  const steps = diagnosed([
    [10, {}],
    [12, { packets: '   n7\nn2 x' }],
    [1, { unread: ['n2'] }],
  ])
  t.match(steps[2], [{ fault: 'link', state: 'open' }])
})
