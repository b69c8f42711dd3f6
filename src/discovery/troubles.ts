import type { ApiError } from '../kubernetes/api-error.ts'
import { type Question, resources } from './questions.ts'

/** Why there was no answer, and what to do about it. */
export function troubleWith({ subject, verb, resource, namespace, name }: Question, error: ApiError): string {
  const version = resources[resource]
  const kind = version.includes('/') ? `${resource}.${version.replace(/\/.*/, '')}` : resource
  const what = verb === 'get' ? `${verb} ${kind} ${name}` : `${verb} ${kind}`
  return error.status === 403
    ? `May not ${what} in namespace ${namespace}, so ${subject} stay as last known; grant it there in a Role (${error.message})`
    : `Could not ${what} in namespace ${namespace}, so ${subject} stay as last known (${error.message})`
}
