import t from 'tap'

import { createFindingTeller, lineOf } from '../../src/report/finding-lines.ts'
import { findingOf } from '../support/findings.ts'

const cut = findingOf('pod_network_cut', { kind: 'node', name: 'n4' })

t.test('a finding in one line names the place, how sure it is, and the evidence', async (t) => {
  t.equal(lineOf(cut), 'pod_network_cut n4 (high confidence): n4: pods are cut off')
  t.equal(lineOf({ ...cut, state: 'recovering' }), 'pod_network_cut n4 (recovering): n4: pods are cut off')
  const server = findingOf('apiserver_endpoint', { kind: 'api_server', name: 'kubernetes', endpoint: '10.0.0.1:6443' })
  t.match(lineOf(server), 'apiserver_endpoint kubernetes (10.0.0.1:6443) ')
})

t.test('a log hears of each finding once, when it is renamed, and how it ends', async (t) => {
  const tell = createFindingTeller()
  t.strictSame(tell([cut]), [`found ${lineOf(cut)}`])
  t.strictSame(tell([{ ...cut, text: 'other figures' }]), [])
  const out = { ...cut, fault: 'pod_network_out' as const }
  t.strictSame(tell([out]), [`found ${lineOf(out)}, until now called pod_network_cut n4`])
  t.strictSame(tell([{ ...out, state: 'recovering' }]), ['recovering pod_network_out n4'])
  t.strictSame(tell([{ ...out, state: 'closed' }]), ['closed pod_network_out n4'])
  t.strictSame(tell([]), [])
})

t.test('what a wider finding has swallowed is closed; what was over before is no news', async (t) => {
  const tell = createFindingTeller()
  tell([cut])
  t.strictSame(tell([]), ['closed pod_network_cut n4'])
  t.strictSame(tell([{ ...cut, state: 'recovering' }]), [])
  t.strictSame(tell([]), [])
})
