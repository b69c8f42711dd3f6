import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { CheckValues } from './configure-probes.ts'
import type { KubeServer } from './kubeconfig.ts'

/** Calls `use` with settings under which the API server of a kubeconfig is trusted as the kubeconfig says. */
export function trusting<T>(server: KubeServer | undefined, checks: CheckValues, use: (checks: CheckValues) => T): T {
  if (server === undefined) return use(checks)
  if (server.caText === '') return use(withCa(server, checks, server.caFile))
  // Checks read their CA from a file, and only while they are made ready.
  const folder = mkdtempSync(join(tmpdir(), 'meshprobe-'))
  try {
    const caFile = join(folder, 'ca.crt')
    writeFileSync(caFile, server.caText)
    return use(withCa(server, checks, caFile))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function withCa({ host, serverName }: KubeServer, checks: CheckValues, caFile: string): CheckValues {
  const name = serverName || (isIP(host) === 0 ? host : '')
  return { ...checks, apiserver_endpoint: { ...checks['apiserver_endpoint'], caFile, serverName: name } }
}
