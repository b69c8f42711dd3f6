import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { apiPort, keyBytes } from './addresses.ts'
import type { Templates } from './templates.ts'

/** The settings of an aggregator that follows the agents of these templates. */
export function settingsFor({ peers, view }: Templates) {
  const key = join(tmpdir(), 'meshprobe-bench-aggregator.key')
  writeFileSync(key, keyBytes)
  const named = (check: string) =>
    view.replicas
      .filter((replica) => replica.check === check)
      .map(({ name }, i) => ({ name, ip: `127.3.0.${i + 1}`, port: 1 }))
  return {
    cluster: 'bench',
    keys: { files: [key] },
    aggregator: {
      listen: { addresses: ['127.0.0.1'], port: apiPort },
      local: { port: 0 },
      history: { directory: process.env['BENCH_HISTORY'] ?? '' },
    },
    discovery: {
      kind: 'static',
      static: {
        peers,
        dnsReplicas: named('dns_replica'),
        ingressReplicas: named('ingress_replica'),
        apiEndpoints: named('apiserver_endpoint'),
      },
    },
  }
}
