import type { ApiError } from './api-error.ts'

/** One kind of objects that is listed and watched. */
export interface Topic {
  /** What stays unknown without it, for the log. */
  readonly subject: string
  readonly resource: keyof typeof roots
  /** Empty: of the whole cluster. */
  readonly namespace: string
  /** Which of them: a label or field selector; empty: all. */
  readonly query: Readonly<Record<string, string>>
}

const roots = {
  nodes: '/api/v1',
  pods: '/api/v1',
  events: '/api/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
}

export interface Refused {
  readonly verb: 'list' | 'watch'
  readonly error: ApiError
}

/** Hears what came of a topic: what was refused, or that it was answered. */
export type Tell<T extends Topic = Topic> = (topic: T, refused: Refused | undefined) => void

/** Where to ask for it, with `more` beside its selector. */
export function pathOf({ resource, namespace, query }: Topic, more: Topic['query']): string {
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${roots[resource]}${within}/${resource}?${new URLSearchParams({ ...query, ...more })}`
}
