import t from 'tap'

import { toldOnce } from '../../src/diagnosis/families.ts'
import type { Finding } from '../../src/model/finding.ts'

type Told = Parameters<typeof toldOnce>[0][number]

function told(family: Told['family'], finding: Partial<Finding>): Told {
  const since = '2026-11-21T10:00:00.000Z'
  const usual = { fault: 'pod_network_cut', entity: { kind: 'node', name: 'n1' }, severity: 1, since, text: 'n1: cut' }
  return { family, finding: { ...usual, ...finding } as Finding }
}

const textsOf = (list: readonly Told[]) => toldOnce(list).map(({ text }) => text)

t.test('what one family says is told with its name, what both say once and by whoever was first', async (t) => {
  t.strictSame(textsOf([told(6, {})]), ['n1: cut (over IPv6)'])
  const earlier = told(6, { text: 'n1: cut, said first', since: '2026-11-21T09:59:00.000Z' })
  t.strictSame(textsOf([told(4, {}), earlier]), ['n1: cut, said first'])
})

t.test('an agent that starves hides nothing of its node, and starves over both', async (t) => {
  const slow = told(4, { fault: 'agent_slow', text: 'n1: starves', since: '2026-11-21T09:59:00.000Z' })
  t.strictSame(textsOf([slow, told(6, {})]), ['n1: starves', 'n1: cut (over IPv6)'])
})

t.test('the share of a Service that is handed on over a broken family is no fault of the Service', async (t) => {
  const stale = {
    fault: 'service_stale',
    entity: { kind: 'service', name: 'a/b' },
    severity: 0.1,
    text: 'a/b: stale',
  } as const
  t.strictSame(textsOf([told(6, {}), told(4, stale)]), ['n1: cut (over IPv6)'])
  t.strictSame(textsOf([told(6, {}), told(4, { ...stale, severity: 1 })]), [
    'n1: cut (over IPv6)',
    'a/b: stale (over IPv4)',
  ])
  t.strictSame(textsOf([told(4, stale)]), ['a/b: stale (over IPv4)'])
})
