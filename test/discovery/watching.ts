import type { Test } from 'tap'
import { type KubernetesDeps, kubernetesDiscovery } from '../../src/discovery/kubernetes.ts'
import { type KubernetesValues, kubernetesFields } from '../../src/discovery/kubernetes-fields.ts'
import type { ApiRequest } from '../../src/kubernetes/api-client.ts'
import type { Surroundings } from '../../src/model/peer.ts'
import { json, recorded, type ScriptedApi, startApi } from '../support/api-server.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'

export interface Watching {
  readonly api: ScriptedApi
  readonly clock: FakeClock
  /** Everything that was yielded so far. */
  readonly seen: readonly Surroundings[]
  readonly lines: readonly string[]
  readonly counted: ApiRequest[]
  hurry(): void
  /** What the token file holds. */
  rotate(token: string): void
  latest(): Surroundings
  /** Lets time pass up to the next poll, and waits for its end; returns how long that was. */
  poll(): Promise<number>
  stop(): Promise<void>
}

export interface WatchingOptions {
  readonly values?: Partial<KubernetesValues>
  readonly deps?: Partial<KubernetesDeps>
}

const files: Readonly<Record<string, string>> = {
  '/var/run/secrets/kubernetes.io/serviceaccount/namespace': 'meshprobe',
  '/etc/resolv.conf': 'search meshprobe.svc.cluster.local\nnameserver 10.43.0.10\noptions ndots:5\n',
}

/** A discovery on a scripted API server, where time passes only in `poll()`. */
export async function watchApi(t: Test, { values = {}, deps = {} }: WatchingOptions = {}): Promise<Watching> {
  const api = await startApi()
  t.teardown(() => api.close())
  const clock = createFakeClock()
  const seen: Surroundings[] = []
  const lines: string[] = []
  const counted: ApiRequest[] = []
  const controller = new AbortController()
  let token = 'token-1'
  api.script('/namespaces/meshprobe/endpointslices', json(recorded('peers')))
  const discovery = kubernetesDiscovery(
    { ...defaults(), serverHost: '127.0.0.1', serverPort: api.port, timeout: 2000, startDelay: 1000, ...values },
    {
      clock,
      random: () => 0.5,
      readFile: async (path) =>
        path.endsWith('token') ? `${token}\n` : path.endsWith('ca.crt') ? api.ca : `${files[path]}`,
      resolve: async () => [],
      env: { KUBERNETES_SERVICE_HOST: '10.43.0.1', KUBERNETES_SERVICE_PORT: '443' },
      userAgent: 'meshprobe/test',
      log: (line) => lines.push(line),
      onRequest: (request) => counted.push(request),
      ...deps,
    },
  )
  const ended = (async () => {
    for await (const surroundings of discovery.watch(controller.signal)) seen.push(surroundings)
  })()

  async function stop() {
    controller.abort(new Error('stopped'))
    await ended
  }

  t.teardown(stop)
  await clock.whenSleeping()

  return {
    api,
    clock,
    seen,
    lines,
    counted,
    hurry: () => discovery.hurry(),
    rotate(next) {
      token = next
    },
    latest() {
      const last = seen.at(-1)
      if (last === undefined) throw new Error('Expected something to be yielded, got nothing')
      return last
    },
    async poll() {
      const [due = 0] = clock.sleeping()
      await clock.advance(due)
      await clock.whenSleeping()
      return due
    },
    stop,
  }
}

export function defaults(): KubernetesValues {
  const entries = Object.entries(kubernetesFields).map(([name, { fallback }]) => [name, fallback])
  return Object.fromEntries(entries)
}
