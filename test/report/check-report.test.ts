import t from 'tap'

import type { Check } from '../../src/model/check.ts'
import { failed, type Outcome, reached } from '../../src/model/result.ts'
import { checkReport } from '../../src/report/check-report.ts'
import { checkText, type Paint } from '../../src/report/check-text.ts'
import { peerOn, resultOf, targetAt } from '../support/agent.ts'

const result = (check: Check, name: string, outcome: Outcome = reached, ms = 1) =>
  resultOf(targetAt(peerOn(name), { check, name }), outcome, ms)

const plain: Paint = (_tone, text) => text
const lost = failed('timeout', 'no answer within 2000 ms')

t.test('checkReport() groups by path and says what it means', async (t) => {
  const report = checkReport(
    [
      result('dns_replica', 'kube-system/dns-1', reached, 0.4),
      result('peer_tcp', 'node-10', reached, 3.21),
      result('peer_tcp', 'node-2', lost, 2000),
      result('peer_http', 'node-2', failed('refused', ''), 1),
    ],
    [{ check: 'external', why: 'the settings name no target' }],
  )
  t.match(report, {
    verdict: 'failed',
    summary: 'something fails: peer pods',
    unchecked: [{ check: 'external' }],
    paths: [
      {
        path: 'peers',
        ok: false,
        verdict: '1 of 2 targets fails: node-2 (peer_http refused, peer_tcp timeout)',
        nextStep: /node-2/,
        rows: [
          { check: 'peer_http', target: 'node-2', failure: { reason: 'refused', phase: 'connect', detail: '' } },
          { check: 'peer_tcp', target: 'node-2', ms: 2000, failure: { reason: 'timeout' } },
          { check: 'peer_tcp', target: 'node-10', ms: 3.21, ipFamily: 4, address: '127.0.0.1', port: 7790 },
        ],
      },
      { path: 'dns', ok: true, verdict: 'the one target answers, slowest 0.4 ms' },
    ],
  })
  t.notOk('nextStep' in (report.paths[1] ?? {}))
})

t.test('checkReport() names only some of many', async (t) => {
  const results = Array.from({ length: 8 }, (_, i) => result('peer_tcp', `node-${i + 1}`, lost))
  const [peers] = checkReport(results, []).paths
  t.match(
    peers?.verdict,
    /^8 of 8 targets fail: node-1 \(peer_tcp timeout\), .*node-5 \(peer_tcp timeout\) and 3 more$/,
  )
})

t.test('checkReport() says when all is well, and when it cannot tell', async (t) => {
  t.match(checkReport([result('peer_tcp', 'node-1'), result('peer_tcp', 'node-2', reached, 12.3)], []), {
    verdict: 'ok',
    summary: 'all well: 2 of 2 answered',
    paths: [{ verdict: 'all 2 targets answer, slowest 12 ms' }],
  })
  t.match(checkReport([], [{ check: 'peer_tcp', why: 'because' }]), {
    verdict: 'unknown',
    summary: 'nothing could be checked from here',
    paths: [],
  })
})

t.test('checkText() is a table for people', async (t) => {
  const results = [
    result('peer_http', 'node-10'),
    result('peer_tcp', 'node-2', lost, 2000),
    result('peer_tcp', 'node-3', failed('refused', ''), 2),
  ]
  const unchecked = [
    { check: 'ingress', why: 'no key' },
    { check: 'external', why: 'no target' },
    { check: 'nodeport', why: 'no key' },
  ] as const
  t.equal(
    checkText(checkReport(results, unchecked), plain),
    `FAIL peer pods: 2 of 3 targets fail: node-2 (peer_tcp timeout), node-3 (peer_tcp refused)
     next: \`kubectl describe node node-2\`, then its CNI pod: \`kubectl get pods -A -o wide --field-selector spec.nodeName=node-2\`
     peer_http  node-10  127.0.0.1:7790  ok  1.0 ms
     peer_tcp   node-2   127.0.0.1:7790  fail  timeout (connect) after 2000 ms: no answer within 2000 ms
     peer_tcp   node-3   127.0.0.1:7790  fail  refused (connect) after 2.0 ms: nothing listens on the port, or a policy rejects it

--   not checked from here:
     ingress, nodeport: no key
     external: no target

something fails: peer pods
`,
  )
})

t.test('checkText() shows only failures of a long list, and IPv6 addresses in brackets', async (t) => {
  const six = targetAt(peerOn('node-0'), { address: 'fd00::1', family: 6 })
  const results = Array.from({ length: 50 }, (_, i) => result('peer_tcp', `node-${i + 1}`))
  const text = checkText(checkReport([...results, resultOf(six, lost)], []), plain)
  t.match(text, 'node-0  [fd00::1]:7790  fail')
  t.match(text, '     and 50 that answered\n')
  t.notMatch(text, 'node-7 ')
})

t.test('checkText() colours by what is good and what is bad', async (t) => {
  const tones = new Set<string>()
  const paint: Paint = (tone, text) => {
    tones.add(`${tone}: ${text}`)
    return text
  }
  checkText(
    checkReport([result('peer_tcp', 'a'), result('external', 'b', lost)], [{ check: 'ingress', why: '' }]),
    paint,
  )
  t.ok(tones.has('good: ok  ') && tones.has('bad: FAIL') && tones.has('bad: something fails: external'))
})
