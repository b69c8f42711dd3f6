import type { Target } from '../../src/model/target.ts'
import type { Tools } from '../../src/probes/define-probe.ts'
import { external } from '../../src/probes/external.ts'
import { peerOn } from './agent.ts'
import { configured, toolsFor } from './ask.ts'
import { sceneOf } from './scenes.ts'

/** The probe and the target for what a user writes; names are asked for at this port of loopback. */
export function externalTarget(written: string, dnsPort = 53, settings: object = {}, tools: Tools = toolsFor()) {
  const probe = configured(external, { targets: [written], ...settings }, tools)
  const dns = { name: 'kube-system/kube-dns', ip: '127.0.0.1', family: 4, port: dnsPort } as const
  const [target] = probe.targets(sceneOf([peerOn('a')], {}, { dnsServices: [dns] }))
  if (target === undefined) throw new Error(`no target: ${written}`)
  const found: Target = target
  return { probe, target: found }
}
