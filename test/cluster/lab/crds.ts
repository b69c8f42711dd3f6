import { join } from 'node:path'

import { kubectl } from './kubectl.ts'
import { run } from './run.ts'

interface Definitions {
  /** A Go module, and the folder in `go/` whose go.mod says in which version. */
  readonly module: string
  readonly folder: string
  readonly files: readonly string[]
}

const prometheus = 'example/prometheus-operator-crd/monitoring.coreos.com_'
const gateway = 'config/crd/standard/gateway.networking.k8s.io_'
const metallb = 'config/crd/bases/metallb.io_'

/** Custom resources: those that the lab runs on, and those that the chart can make. */
const definitions = {
  metallb: {
    module: 'go.universe.tf/metallb',
    folder: 'metallb',
    files: [
      ...['addresspools', 'bfdprofiles', 'bgpadvertisements', 'bgppeers', 'communities', 'ipaddresspools'],
      'l2advertisements',
    ].map((kind) => `${metallb}${kind}.yaml`),
  },
  prometheus: {
    module: 'github.com/prometheus-operator/prometheus-operator',
    folder: 'crds',
    files: ['podmonitors', 'servicemonitors', 'prometheusrules'].map((kind) => `${prometheus}${kind}.yaml`),
  },
  gateway: {
    module: 'sigs.k8s.io/gateway-api',
    folder: 'crds',
    files: ['gateways', 'httproutes'].map((kind) => `${gateway}${kind}.yaml`),
  },
} satisfies Readonly<Record<string, Definitions>>

/** Makes custom resources known to the API server. */
export async function applyCrds(...names: readonly (keyof typeof definitions)[]): Promise<void> {
  for (const { module, folder, files } of names.map((name): Definitions => definitions[name])) {
    const cwd = join(import.meta.dirname, '..', 'go', folder)
    await run('go', ['mod', 'download', module], { cwd })
    const source = (await run('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd })).trim()
    const named = files.flatMap((file) => ['-f', join(source, file)])
    // Too large for the annotation that a client-side apply leaves.
    await kubectl(['apply', '--server-side', ...named])
    await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...named])
  }
}
