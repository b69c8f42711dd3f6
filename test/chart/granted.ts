import type { KubeObject } from './helm.ts'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/**
 * What the Roles of a component allow, as `namespace: verb group/resource name`; `everywhere` for a ClusterRole. Sorted,
 * and once each.
 */
export function granted(objects: readonly KubeObject[], component: string): readonly string[] {
  const roles = objects.filter(
    ({ kind, metadata }) => /Role$/.test(kind) && metadata.labels['app.kubernetes.io/component'] === component,
  )
  const rights = roles.flatMap((role) =>
    (role['rules'] as readonly Rule[]).flatMap((rule) => lines(role.metadata.namespace ?? 'everywhere', rule)),
  )
  return [...new Set(rights)].sort()
}

/** `discovery.k8s.io` of `discovery.k8s.io/v1`; empty for `v1`. */
export function groupOf(version: string): string {
  return version.includes('/') ? version.replace(/\/.*/, '') : ''
}

function lines(namespace: string, { apiGroups, resources, verbs, resourceNames = [''] }: Rule): readonly string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => resourceNames.map((name) => `${namespace}: ${verb} ${group}/${resource} ${name}`.trim())),
    ),
  )
}
