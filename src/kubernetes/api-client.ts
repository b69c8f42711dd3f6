import { Agent } from 'node:https'

import { ApiError } from './api-error.ts'
import { type HttpAnswer, type HttpsQuestion, httpsRequest } from './https-request.ts'
import { record, text } from './json.ts'

/** Ten times the EndpointSlices of 5,000 nodes; more would not fit into the agent's memory anyway. */
const bytesAtMost = 16 * 1024 * 1024
const messageLimit = 300
/** For so long a token is believed without looking at its file again: the kubelet rotates it well before it ends. */
const identityMs = 60_000

export type ReadVerb = 'list' | 'get'
export type Verb = ReadVerb | 'create' | 'update' | 'patch' | 'delete'

/** One request and what came of it, for metrics. */
export interface ApiRequest {
  readonly verb: Verb
  readonly resource: string
  /** HTTP status; 0 when there was no whole answer. */
  readonly code: number
  readonly ok: boolean
}

export interface ApiServer {
  readonly host: string
  readonly port: number
  readonly tokenFile: string
  readonly caFile: string
  readonly timeoutMs: number
  readonly userAgent: string
  readonly readFile: (path: string) => Promise<string>
  readonly onRequest: (request: ApiRequest) => void
}

/** The content types of https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
const patchTypes = {
  merge: 'application/merge-patch+json',
  /** Merges lists of built-in kinds by the key of their items. */
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
}

export type PatchType = keyof typeof patchTypes

/**
 * Every method resolves with the JSON that the API server answers: the object as it is then. Rejects with an ApiError
 * when it does not do what is asked, with the signal's reason when that aborts.
 */
export interface Api {
  get(verb: ReadVerb, resource: string, path: string): Promise<unknown>
  /** `path` is that of the collection. 409 when there is an object of that name already. */
  create(resource: string, path: string, object: unknown): Promise<unknown>
  /** Replaces the whole object; 409 when its `resourceVersion` is no longer the newest. */
  update(resource: string, path: string, object: unknown): Promise<unknown>
  /** `resource` may name a subresource too, as `nodes/status`. */
  patch(resource: string, path: string, type: PatchType, patch: unknown): Promise<unknown>
  delete(resource: string, path: string): Promise<unknown>
}

/** An Api whose connections are kept for the next question. */
export interface OpenApi extends Api {
  close(): void
}

/** One connection for everything that `use` asks: a handshake costs both sides more than the questions do. */
export async function withApi<T>(server: ApiServer, signal: AbortSignal, use: (api: Api) => Promise<T>): Promise<T> {
  const api = openApi(server, signal)
  try {
    return await use(api)
  } finally {
    api.close()
  }
}

/** For those who ask for as long as they live. All that it asks ends when `signal` aborts. */
export function openApi(server: ApiServer, signal: AbortSignal): OpenApi {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const identities = createIdentities(server)

  async function ask(method: HttpsQuestion['method'], path: string, content: Content): Promise<HttpAnswer> {
    const { host, port, timeoutMs, userAgent } = server
    const { token, ca } = await identities.current()
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'gzip',
      authorization: `Bearer ${token}`,
      'user-agent': userAgent,
      ...(content.type !== '' && { 'content-type': content.type }),
    }
    const { body } = content
    return httpsRequest({ host, port, method, path, headers, body, ca, agent, timeoutMs, bytesAtMost }, signal)
  }

  async function answerTo(...question: Parameters<typeof ask>): Promise<HttpAnswer> {
    const answer = await ask(...question)
    if (answer.status !== 401) return answer
    // The kubelet may have rotated the token since we read it.
    identities.forget()
    return ask(...question)
  }

  async function told(verb: Verb, resource: string, ...question: Parameters<typeof ask>): Promise<unknown> {
    let code = 0
    let ok = false
    try {
      const answer = await answerTo(...question)
      code = answer.status
      const json = jsonOf(answer)
      ok = true
      return json
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof ApiError) throw error
      throw new ApiError(0, error instanceof Error ? error.message : String(error), { cause: error })
    } finally {
      if (!signal.aborted) server.onRequest({ verb, resource, code, ok })
    }
  }

  return {
    get: (verb, resource, path) => told(verb, resource, 'GET', path, nothing),
    create: (resource, path, object) => told('create', resource, 'POST', path, jsonContent(object)),
    update: (resource, path, object) => told('update', resource, 'PUT', path, jsonContent(object)),
    patch: (resource, path, type, patch) =>
      told('patch', resource, 'PATCH', path, jsonContent(patch, patchTypes[type])),
    delete: (resource, path) => told('delete', resource, 'DELETE', path, nothing),
    close: () => agent.destroy(),
  }
}

interface Content {
  readonly type: string
  readonly body: string
}

const nothing: Content = { type: '', body: '' }

function jsonContent(object: unknown, type = 'application/json'): Content {
  return { type, body: JSON.stringify(object) }
}

interface Identity {
  readonly token: string
  readonly ca: string
}

function createIdentities(server: ApiServer) {
  let known: Identity | undefined
  let readMs = 0
  return {
    async current(): Promise<Identity> {
      if (known !== undefined && performance.now() - readMs < identityMs) return known
      known = await identityOf(server)
      readMs = performance.now()
      return known
    },
    forget() {
      known = undefined
    },
  }
}

/** Read for every connection, as the kubelet rotates the token. */
export async function identityOf({ readFile, tokenFile, caFile }: ApiServer): Promise<Identity> {
  const [token, ca] = await Promise.all([readFile(tokenFile), readFile(caFile)])
  return { token: token.trim(), ca }
}

function jsonOf(answer: HttpAnswer): unknown {
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer)
  const json = parsed(answer.body)
  if (json === undefined) throw new ApiError(0, 'Expected JSON, got something else')
  return json
}

/** What the API server says when it does not do what it is asked. */
export function refusalOf({ status, headers, body }: HttpAnswer): ApiError {
  const said = text(record(parsed(body))['message']).slice(0, messageLimit)
  const seconds = Number(headers['retry-after'])
  const retryAfterMs = seconds > 0 ? seconds * 1000 : 0
  return new ApiError(status, `HTTP ${status}${said === '' ? '' : `: ${said}`}`, { retryAfterMs })
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
