import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'

import type { ApiRequest, ApiServer } from '../../src/kubernetes/api-client.ts'
import { openApiServer, type ApiServer as Started } from '../chart/api-server.ts'
import { bin } from '../cluster/lab/paths.ts'
import { openRelay, type Relay } from './relay.ts'

export const noPrograms = ['etcd', 'kube-apiserver', 'kubectl'].every((program) => existsSync(bin(program)))
  ? false
  : 'no programs'

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** By namespace; `''` is the whole cluster. */
export type Rights = Readonly<Record<string, readonly Rule[]>>

/** A real API server, and accounts that may do what they are granted and nothing else. */
export interface ClusterApi extends Started {
  /** One client of the API server, with a way there of its own that a test can break. */
  as(account: string, options?: { readonly timeoutMs?: number }): Promise<Client>
  grant(account: string, rights: Rights): Promise<void>
  create(...objects: readonly object[]): Promise<void>
  /** The objects of a list; `args` as of `kubectl get`. */
  list(...args: readonly string[]): Promise<readonly Listed[]>
}

export interface Client {
  readonly server: ApiServer
  readonly relay: Relay
  readonly requests: readonly ApiRequest[]
}

export interface Listed {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion: string
  } & Fields
  readonly [field: string]: unknown
}

interface Fields {
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

export async function openClusterApi(t: Test): Promise<ClusterApi> {
  const started = await openApiServer(t)
  await started.kubectl(['create', 'serviceaccount', 'default', '-n', 'meshprobe'])
  const place = await started.kubectl(['config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}'])
  // It signed its certificate itself.
  const ca = readFileSync(join(t.testdirName, 'certificates', 'apiserver.crt'), 'utf8')
  const create = async (...objects: readonly object[]) => {
    const list = { apiVersion: 'v1', kind: 'List', items: objects }
    await started.kubectl(['create', '-f', '-'], JSON.stringify(list))
  }
  return {
    ...started,
    create,
    async grant(account, rights) {
      await started.kubectl(['create', 'serviceaccount', account, '-n', 'meshprobe'])
      const objects = Object.entries(rights).flatMap(([namespace, rules]) => bound(account, namespace, rules))
      if (objects.length > 0) await create(...objects)
    },
    async as(account, { timeoutMs = 5000 } = {}) {
      const token = await started.kubectl(['create', 'token', account, '-n', 'meshprobe'])
      const relay = await openRelay(Number(new URL(place).port))
      t.teardown(relay.close)
      const requests: ApiRequest[] = []
      const server: ApiServer = {
        ...{ host: '127.0.0.1', port: relay.port, timeoutMs, userAgent: 'meshprobe/test' },
        ...{ tokenFile: 'token', caFile: 'ca' },
        readFile: async (path) => (path === 'token' ? token : ca),
        onRequest: (request) => requests.push(request),
      }
      return { server, relay, requests }
    },
    async list(...args) {
      return JSON.parse(await started.kubectl(['get', ...args, '-o', 'json'])).items
    },
  }
}

function bound(account: string, namespace: string, rules: readonly Rule[]): readonly object[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const kind = namespace === '' ? 'ClusterRole' : 'Role'
  const metadata = { name: account, ...(namespace !== '' && { namespace }) }
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace: 'meshprobe' }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: account }
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, subjects, roleRef },
  ]
}
