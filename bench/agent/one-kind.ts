/**
 * One kind of probe, sixteen a second in slots of 500 ms. Prints the latency of each in µs.
 *
 *     node bench/agent/one-kind.ts CHECK SETTINGS_FILE
 */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

import { runProbe } from '../../src/agent/run-probe.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { staticDiscovery } from '../../src/discovery/static.ts'
import { staticFields } from '../../src/discovery/static-fields.ts'
import { choosePeers, ringsOf } from '../../src/model/peer-choice.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import * as kinds from '../../src/probes/kinds.ts'
import { systemTransport } from '../../src/probes/transport.ts'
import { ipOf, nameOf, zoneOf } from './addresses.ts'

const [check = '', settingsFile = ''] = process.argv.slice(2)
const settings = JSON.parse(readFileSync(settingsFile, 'utf8'))
const self = {
  ...{ cluster: 'bench', node: nameOf(1), zone: zoneOf(1), podUid: 'uid-1', bootId: 'one-kind' },
  ...{ podIps: [ipOf(1)], hostIp: ipOf(1) },
}
const keyring = createKeyring([readFileSync(settings.keys.files[0])])
const tools = { transport: systemTransport({ from: [] }), keyring, self, wallMs: Date.now }
const kind = Object.values(kinds).find((one) => one.check === check)
if (kind === undefined) throw new Error(`no check ${check}`)
const defaults = Object.fromEntries(Object.entries(kind.fields).map(([name, { fallback }]) => [name, fallback]))
const probe = kind.configure({ ...defaults, ...settings.checks[check] }, tools)
if (probe === undefined) throw new Error(`${check} is switched off`)

const values = Object.fromEntries(
  Object.entries(staticFields).map(([name, field]) => {
    const raw = settings.discovery.static[name]
    return [name, raw === undefined ? field.fallback : field.parse(raw)]
  }),
) as Parameters<typeof staticDiscovery>[0]
const forever = new AbortController().signal
const { value: surroundings } = await staticDiscovery(values).watch(forever)[Symbol.asyncIterator]().next()
const rings = ringsOf(surroundings.view, 'bench')
const chosen = choosePeers(rings, rings, 'bench', self.node, 0)
const targets = probe.targets({ self, surroundings, chosen, epoch: 0, roundSeconds: 10 })

console.log('ready')
for (let turn = 0; ; turn++) {
  const started = performance.now()
  const lines: string[] = []
  for (let i = 0; i < 8; i++) {
    const target = targets[(turn * 8 + i) % targets.length]
    if (target === undefined) throw new Error(`${check} has no target here`)
    const asking = { clock: systemClock, lifetime: forever, round: turn, index: 0, viewHash: 'bench' }
    const { durationMs } = await runProbe(probe, target, asking)
    lines.push(String(Math.round(durationMs * 1000)))
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  await delay(Math.max(0, 500 - (performance.now() - started)))
}
