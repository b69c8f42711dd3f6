import { openSync } from 'node:fs'

import * as kinds from '../../src/probes/kinds.ts'
import { ask, configured, targetOn } from '../support/ask.ts'

/** Run by its test in a process of its own: asks when no descriptor is left, and again when some are. */
const port = Number(process.argv[2])
const asked = [kinds.peerHttp, kinds.peerTcp, kinds.peerUdp, kinds.peerMtu]

async function report(state: string) {
  for (const kind of asked) {
    const probe = configured(kind)
    for (const variant of kind.check === 'peer_udp' ? [{}, { variant: 'fixed' } as const] : [{}]) {
      const result = await ask(probe, targetOn(probe, port, variant))
      const said = result.outcome === 'failed' ? `${result.reason}: ${result.detail}` : result.outcome
      process.stdout.write(`${state} ${kind.check} ${said}\n`)
    }
  }
}

await report('before')
const descriptors: number[] = []
try {
  for (;;) descriptors.push(openSync('/dev/null', 'r'))
} catch {
  await report('without')
}
