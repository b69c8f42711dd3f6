import type { Entity } from '../model/finding.ts'

/** An object of the cluster that an Event is about. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string
  readonly name: string
  readonly uid?: string
}

/**
 * The object that `kubectl describe` shows an Event of this entity with. What is no object of the cluster, as a zone or
 * the cluster itself, is told at `home`: it is there as long as we are, whichever replica leads.
 */
export function involvedIn({ kind, name }: Entity, home: ObjectRef): ObjectRef {
  if (kind === 'node') return node(name)
  // Whoever asks along the path sees it.
  if (kind === 'pair') return node(name.split(/[>|]/)[0] ?? '')
  if (kind === 'api_server') return { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'kubernetes' }
  const [, namespace = '', own = ''] = /^([^/]+)\/([^/]+)$/.exec(name) ?? []
  if (namespace === '') return home
  if (kind === 'pod') return { apiVersion: 'v1', kind: 'Pod', namespace, name: own }
  if (kind === 'service') return { apiVersion: 'v1', kind: 'Service', namespace, name: own }
  if (kind === 'ingress') return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name: own }
  return home
}

/** Where its Events are: Kubernetes has those of Nodes in `default`. */
export function eventNamespace({ namespace }: ObjectRef): string {
  return namespace === '' ? 'default' : namespace
}

function node(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', namespace: '', name }
}
