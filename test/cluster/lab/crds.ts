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

const goFolder = ({ folder }: Definitions) => join(import.meta.dirname, '..', 'go', folder)

/** Gets the modules that have them: what runs in the operator's namespace reaches nothing but the lab. */
export async function downloadCrds(): Promise<void> {
  for (const each of Object.values<Definitions>(definitions))
    await run('go', ['mod', 'download', each.module], { cwd: goFolder(each) })
}

/** Makes custom resources known to the API server. */
export async function applyCrds(...names: readonly (keyof typeof definitions)[]): Promise<void> {
  for (const each of names.map((name): Definitions => definitions[name])) {
    const { module, files } = each
    const cwd = goFolder(each)
    const source = (await run('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd })).trim()
    const named = files.flatMap((file) => ['-f', join(source, file)])
    // Too large for the annotation that a client-side apply leaves.
    await kubectl(['apply', '--server-side', ...named])
    await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...named])
  }
}
