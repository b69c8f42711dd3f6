import { join } from 'node:path'

import { kubectl } from './kubectl.ts'
import { run } from './run.ts'

const module = join(import.meta.dirname, '..', 'go', 'crds')

/** By Go module, the files of the custom resources that the chart can make. */
const definitions: Readonly<Record<string, readonly string[]>> = {
  'github.com/prometheus-operator/prometheus-operator': [
    'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
    'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
    'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
  ],
  'sigs.k8s.io/gateway-api': [
    'config/crd/standard/gateway.networking.k8s.io_gateways.yaml',
    'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
  ],
}

/** Makes the resources of the Prometheus operator and of the Gateway API known to the API server. */
export async function applyCrds(): Promise<void> {
  for (const [name, files] of Object.entries(definitions)) {
    await run('go', ['mod', 'download', name], { cwd: module })
    const folder = (await run('go', ['list', '-m', '-f', '{{.Dir}}', name], { cwd: module })).trim()
    const named = files.flatMap((file) => ['-f', join(folder, file)])
    // Too large for the annotation that a client-side apply leaves.
    await kubectl(['apply', '--server-side', ...named])
    await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...named])
  }
}
