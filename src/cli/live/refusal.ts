import type { Answer } from './ask.ts'
import type { Cluster } from './kube-cluster.ts'
import { objectIn } from './read-json.ts'

/** What the API server said instead of an answer: a `Status`. */
export interface Refusal {
  readonly status: number
  readonly message: string
  /** What it is about: `services`, `pods`. */
  readonly kind: string
}

/** Undefined when it is an answer, or somebody else's refusal. */
export function refusalBy({ status, text }: Answer): Refusal | undefined {
  if (status < 400) return undefined
  const { kind, message, details } = objectIn(text) ?? {}
  if (kind !== 'Status') return status === 401 ? unsaid(status, text) : undefined
  const about = typeof details === 'object' && details !== null && 'kind' in details ? String(details.kind) : ''
  return { status, message: String(message ?? '').slice(0, 500), kind: about }
}

export function refusedSentence({ name }: Cluster, { status, message }: Refusal): string {
  if (status === 401) return `the API server of ${name} does not take these credentials (401): log in again`
  if (status !== 403) return `the API server of ${name} answered ${status}: ${message}`
  const [, user, verb, what, where] =
    /User "([^"]+)" cannot (\S+) resource "([^"]+)"[^:]*?(?:in the namespace "([^"]+)"|at the cluster scope|$)/.exec(
      message,
    ) ?? []
  if (verb === undefined) return `the API server of ${name} forbids it: ${message}`
  const scope = where === undefined ? ': grant it in a ClusterRole' : ` in namespace ${where}: grant it in a Role there`
  return `the API server of ${name} does not let ${user} ${verb} ${what}${scope}`
}

function unsaid(status: number, text: string): Refusal | undefined {
  return /unauthorized/i.test(text) && !text.includes('"error"') ? { status, message: text, kind: '' } : undefined
}
