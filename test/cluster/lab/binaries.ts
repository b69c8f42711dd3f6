import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { bin, binFolder } from './paths.ts'
import { run } from './run.ts'

const sources = join(import.meta.dirname, '..', 'go')
const kubernetes = 'v1.34.4'
const version = 'k8s.io/component-base/version'

/** What is built from Go modules: by folder with a go.mod, the program and its package. */
const modules: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kubernetes: Object.fromEntries(
    ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl'].map((name) => [
      name,
      `k8s.io/kubernetes/cmd/${name}`,
    ]),
  ),
  etcd: { etcd: 'go.etcd.io/etcd/server/v3' },
  coredns: { coredns: 'github.com/coredns/coredns' },
  helm: { helm: 'helm.sh/helm/v3/cmd/helm' },
  metallb: {
    'metallb-controller': 'go.universe.tf/metallb/controller',
    'metallb-speaker': 'go.universe.tf/metallb/speaker',
  },
}

/** Builds what is not in the cache, through the Go module proxy: six minutes the first time on two cores. */
export async function buildBinaries(log: (line: string) => void, only = Object.keys(modules)): Promise<void> {
  await mkdir(binFolder, { recursive: true })
  for (const [module, programs] of Object.entries(modules)) {
    if (!only.includes(module)) continue
    const stamp = await stampOf(module)
    for (const [program, path] of Object.entries(programs)) {
      if (await isBuilt(program, stamp)) continue
      const started = Date.now()
      await build(module, program, path)
      await writeFile(bin(`${program}.stamp`), stamp)
      log(`built ${program} in ${Math.round((Date.now() - started) / 1000)} s`)
    }
  }
}

async function build(module: string, program: string, path: string): Promise<void> {
  const values = [`gitVersion=${kubernetes}`, 'gitMajor=1', 'gitMinor=34'].map((value) => `-X ${version}.${value}`)
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...values].join(' ')]
  const made = bin(`${program}.part`)
  const options = { cwd: join(sources, module), env: { CGO_ENABLED: '0' }, timeoutMs: 1_800_000 }
  await run('go', ['build', ...flags, '-o', made, path], options)
  await rename(made, bin(program))
}

async function isBuilt(program: string, stamp: string): Promise<boolean> {
  const known = await readFile(bin(`${program}.stamp`), 'utf8').catch(() => '')
  return known === stamp && existsSync(bin(program))
}

async function stampOf(module: string): Promise<string> {
  const files = await Promise.all(['go.mod', 'go.sum'].map((file) => readFile(join(sources, module, file))))
  return createHash('sha256').update(Buffer.concat(files)).digest('hex')
}
