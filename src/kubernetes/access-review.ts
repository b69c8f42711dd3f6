import { createHash } from 'node:crypto'

import type { Clock } from '../model/clock.ts'
import type { Api } from './api-client.ts'
import { record, text, texts } from './json.ts'

/** What a verdict is worth: who loses a right keeps it for so long. */
const goodForMs = 60_000
const rememberedAtMost = 1000
/** A token is a few kilobytes at most. */
const tokenAtMost = 16_384

/** The right that is asked for, as a SubjectAccessReview has it. */
export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

export type Verdict = 'yes' | 'no' | 'unauthenticated'

/**
 * Who may read, by the `authorization` header: a TokenReview says whose token it is, a SubjectAccessReview whether that
 * one has `right`. Verdicts are kept for a minute. Rejects with an ApiError while the API server does not answer.
 */
export function createAccessReview(api: Api, right: Right, clock: Clock) {
  const verdicts = new Map<string, { readonly untilMs: number; readonly verdict: Verdict }>()

  async function decide(token: string): Promise<Verdict> {
    const user = await userOf(api, token)
    if (user === undefined) return 'unauthenticated'
    const body = {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' },
      spec: { ...user, resourceAttributes: right },
    }
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    const { allowed } = record(record(await api.create('subjectaccessreviews', path, body))['status'])
    return allowed === true ? 'yes' : 'no'
  }

  return async (authorization: string | undefined): Promise<Verdict> => {
    const [, token = ''] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? []
    if (token === '' || token.length > tokenAtMost) return 'unauthenticated'
    // Tokens themselves are not kept in memory.
    const key = createHash('sha256').update(token).digest('base64')
    const nowMs = clock.monotonicMs()
    const known = verdicts.get(key)
    if (known !== undefined && known.untilMs > nowMs) return known.verdict
    const verdict = await decide(token)
    verdicts.delete(key)
    verdicts.set(key, { untilMs: nowMs + goodForMs, verdict })
    for (const oldest of verdicts.keys()) {
      if (verdicts.size <= rememberedAtMost) break
      verdicts.delete(oldest)
    }
    return verdict
  }
}

async function userOf(api: Api, token: string) {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } }
  const answer = await api.create('tokenreviews', '/apis/authentication.k8s.io/v1/tokenreviews', body)
  const status = record(record(answer)['status'])
  if (status['authenticated'] !== true) return undefined
  const { username, uid, groups, extra } = record(status['user'])
  return { user: text(username), uid: text(uid), groups: texts(groups), ...(extra !== undefined && { extra }) }
}
