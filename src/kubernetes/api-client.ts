import { Agent } from 'node:https'

import { ApiError } from './api-error.ts'
import { type HttpAnswer, httpsGet } from './https-get.ts'
import { record, text } from './json.ts'

/** Ten times the EndpointSlices of 5,000 nodes; more would not fit into the agent's memory anyway. */
const bytesAtMost = 16 * 1024 * 1024
const messageLimit = 300

export type Verb = 'list' | 'get'

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

export interface Api {
  /** The JSON at `path`. Rejects with an ApiError when there is none, with the signal's reason when it aborts. */
  get(verb: Verb, resource: string, path: string): Promise<unknown>
}

/** One connection for everything that `use` asks: a handshake costs both sides more than the questions do. */
export async function withApi<T>(server: ApiServer, signal: AbortSignal, use: (api: Api) => Promise<T>): Promise<T> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { host, port, timeoutMs, userAgent } = server
  let identity: Identity | undefined

  async function ask(path: string): Promise<HttpAnswer> {
    identity ??= await identityOf(server)
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'gzip',
      authorization: `Bearer ${identity.token}`,
      'user-agent': userAgent,
    }
    return httpsGet({ host, port, path, headers, ca: identity.ca, agent, timeoutMs, bytesAtMost }, signal)
  }

  async function answerTo(path: string): Promise<HttpAnswer> {
    const answer = await ask(path)
    if (answer.status !== 401) return answer
    // The kubelet may have rotated the token since we read it.
    identity = undefined
    return ask(path)
  }

  async function get(verb: Verb, resource: string, path: string): Promise<unknown> {
    let code = 0
    let ok = false
    try {
      const answer = await answerTo(path)
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

  try {
    return await use({ get })
  } finally {
    agent.destroy()
  }
}

interface Identity {
  readonly token: string
  readonly ca: string
}

/** Read for every connection, as the kubelet rotates the token. */
export async function identityOf({ readFile, tokenFile, caFile }: ApiServer): Promise<Identity> {
  const [token, ca] = await Promise.all([readFile(tokenFile), readFile(caFile)])
  return { token: token.trim(), ca }
}

function jsonOf(answer: HttpAnswer): unknown {
  if (answer.status !== 200) throw refusalOf(answer)
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
