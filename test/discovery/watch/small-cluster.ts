import type { ServerResponse } from 'node:http'

import { type Answer, type ScriptedApi, type SeenRequest, startApi } from '../../support/api-server.ts'

export interface KubeObject {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

export const paths = {
  nodes: '/api/v1/nodes',
  pods: '/api/v1/namespaces/meshprobe/pods',
  api: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
  dns: '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
} as const

export type Collection = keyof typeof paths

/** Lists and watches as the API server answers them, over real sockets, with what a test does to them. */
export interface SmallCluster {
  readonly api: ScriptedApi
  put(collection: Collection, ...objects: readonly KubeObject[]): void
  drop(collection: Collection, name: string): void
  /** Changes that no open watch hears. */
  silently(change: () => void): void
  /** What is before now is no longer known: a watch from there is told 410. */
  compact(): void
  /** Answers the next lists or watches of a collection instead of the truth, one after the other. */
  nextLists(collection: Collection, ...answers: readonly Answer[]): void
  nextWatches(collection: Collection, ...answers: readonly Answer[]): void
  /** The open watches of a collection. */
  watches(collection: Collection): readonly ServerResponse[]
  lists(collection: Collection): readonly SeenRequest[]
  watchesAsked(collection: Collection): readonly SeenRequest[]
  version(): number
}

interface Stored {
  readonly objects: Map<string, KubeObject>
  readonly log: { readonly version: number; readonly line: string }[]
  readonly watches: Set<ServerResponse>
  lists: readonly Answer[]
  watching: readonly Answer[]
}

export async function startSmallCluster(): Promise<SmallCluster> {
  const api = await startApi()
  const stored = new Map<Collection, Stored>()
  let version = 100
  let oldest = 0
  let silent = false

  const of = (collection: Collection): Stored => {
    const known = stored.get(collection)
    if (known !== undefined) return known
    const fresh = { objects: new Map(), log: [], watches: new Set<ServerResponse>(), lists: [], watching: [] }
    stored.set(collection, fresh)
    return fresh
  }

  function change(collection: Collection, type: string, { metadata, ...rest }: KubeObject) {
    version += 1
    const object = { ...rest, metadata: { ...metadata, resourceVersion: String(version) } }
    const { objects, log, watches } = of(collection)
    if (type === 'DELETED') objects.delete(metadata.name)
    else objects.set(metadata.name, object)
    const line = eventLine(type, object)
    log.push({ version, line })
    if (!silent) for (const watch of watches) watch.write(line)
  }

  for (const collection of Object.keys(paths) as Collection[]) {
    const kept = of(collection)
    const list: Answer = (response, request) => answerList(response, request.url ?? '', kept.objects, version)
    const watch: Answer = (response, request) => {
      const from = Number(queryOf(request.url).get('resourceVersion'))
      hold(response, kept.watches)
      if (from < oldest) return void response.end(goneLine(from))
      for (const { version, line } of kept.log) if (version > from) response.write(line)
    }
    api.script(paths[collection], (response, request) => {
      const isWatch = queryOf(request.url).get('watch') === '1'
      const [next, ...later] = isWatch ? kept.watching : kept.lists
      if (isWatch) kept.watching = later
      else kept.lists = later
      const answer = next ?? (isWatch ? watch : list)
      answer(response, request)
    })
  }

  const asked = (collection: Collection, isWatch: boolean) =>
    api.requestsFor(paths[collection]).filter(({ query }) => (query.get('watch') === '1') === isWatch)

  return {
    api,
    put(collection, ...objects) {
      for (const object of objects)
        change(collection, of(collection).objects.has(object.metadata.name) ? 'MODIFIED' : 'ADDED', object)
    },
    drop: (collection, name) => change(collection, 'DELETED', { metadata: { name } }),
    silently(change) {
      silent = true
      change()
      silent = false
    },
    compact() {
      oldest = version
    },
    nextLists(collection, ...answers) {
      of(collection).lists = answers
    },
    nextWatches(collection, ...answers) {
      of(collection).watching = answers
    },
    watches: (collection) => [...of(collection).watches],
    lists: (collection) => asked(collection, false),
    watchesAsked: (collection) => asked(collection, true),
    version: () => version,
  }
}

export function eventLine(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`
}

export function bookmarkLine(version: number): string {
  return eventLine('BOOKMARK', { kind: 'Node', metadata: { resourceVersion: String(version) } })
}

/** Agrees to a watch, then does as told. */
export function agreed(then: (response: ServerResponse) => void): Answer {
  return (response) => {
    hold(response, new Set())
    then(response)
  }
}

function hold(response: ServerResponse, watches: Set<ServerResponse>) {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  watches.add(response)
  response.on('close', () => watches.delete(response))
}

function goneLine(from: number): string {
  return eventLine('ERROR', {
    kind: 'Status',
    code: 410,
    reason: 'Expired',
    message: `too old resource version: ${from}`,
  })
}

function answerList(
  response: ServerResponse,
  url: string,
  objects: ReadonlyMap<string, KubeObject>,
  version: number,
): void {
  const query = queryOf(url)
  const [first = 0, since = version] = (query.get('continue') ?? '').split('@').filter(Boolean).map(Number)
  const limit = Number(query.get('limit'))
  const rest = objects.size - first - limit
  const items = [...objects.values()].slice(first, first + limit)
  const more = rest > 0 ? { continue: `${first + limit}@${since}`, remainingItemCount: rest } : {}
  response.end(JSON.stringify({ kind: 'List', metadata: { resourceVersion: String(since), ...more }, items }))
}

function queryOf(url = ''): URLSearchParams {
  return new URL(url, 'https://kubernetes').searchParams
}
