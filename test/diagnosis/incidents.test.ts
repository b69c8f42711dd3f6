import t from 'tap'
import { diagnosed } from './drawn.ts'

const toN4 = '   n4\n*  x'
const cutN4 = '   n4 *\nn4 .  x\n*  x  .'

t.test('a finding keeps its id from the first round to the last, and closes when the fault is gone', async (t) => {
  const [, found, recovering, closed, gone] = diagnosed([
    [10, {}],
    [3, { packets: cutN4, unread: ['n4'] }],
    [3, {}],
    [5, {}],
    [1, {}],
  ])
  const ids = [found, recovering].map((findings) => findings?.map(({ id, state }) => ({ id, state })))
  t.equal(found?.length, 1)
  const id = found?.[0]?.id
  t.strictSame(ids, [[{ id, state: 'open' }], [{ id, state: 'recovering' }]])
  t.strictSame(
    [closed, gone].flat().filter((finding) => finding?.state !== 'closed'),
    [],
  )
})

t.test('what is told is the same however often it is computed', async (t) => {
  const steps = [
    [10, {}],
    [5, { packets: toN4, unread: ['n4'] }],
  ] as const
  t.strictSame(diagnosed(steps), diagnosed(steps))
})

t.test('a finding says what fails, what still works and what to do', async (t) => {
  const [, found] = diagnosed([
    [10, {}],
    [3, { packets: toN4, unread: ['n4'] }],
  ])
  const [finding] = found ?? []
  t.equal(
    finding?.text,
    'n4: cut off over the pod network inbound only: to its pod 0/120; datagrams from it 72/72 arrived, host address 24/24 ok',
  )
  t.match(finding?.evidence, [{ check: 'peer_http', role: 'to', ok: 0, failed: 24 }])
  t.ok(finding?.contrast.some(({ check, ok, total }) => check === 'host_tcp' && ok === total))
  t.match(finding, { runbook: 'docs/runbooks/pod_network_in.md', since: '1970-01-01T02:48:40.000Z' })
  t.equal(finding?.firstEvidence, '1970-01-01T02:48:20.000Z')
})
