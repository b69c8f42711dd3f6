import { apiPaths } from '../../model/api.ts'
import type { Parameters } from './parameters.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'
import { ref, type Schema } from './schema-words.ts'
import { schemas } from './schemas.ts'

const statuses = {
  400: 'A parameter that is not known, or not what was expected.',
  401: 'No token, or none of this cluster. Only where tokens are asked for.',
  403: 'A token without the right to read here. Only where tokens are asked for.',
  404: 'Nothing has that name.',
  503: 'Too much at once, or too slow; ask again after `Retry-After`.',
} as const

/** What is served at `/openapi.json`: paths and parameters from the routes themselves, answers from `schemas.ts`. */
export const openapi = {
  openapi: '3.1.1',
  info: {
    title: 'meshprobe aggregator',
    version: '1',
    description: 'Which component of the cluster network is at fault, and what the agents see. Read-only.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{}, { token: [] }],
  paths: {
    ...Object.fromEntries(routes.map((route) => [route.path, { get: operationOf(route) }])),
    [apiPaths.rounds]: page(
      'The recording of the last rounds, to be judged again: docs/rounds.md',
      'application/x-ndjson',
    ),
    [apiPaths.events]: page(
      'Server-sent events: `findings` (FindingsAnswer) at once and after every change, `round` (Standing) every round',
      'text/event-stream',
    ),
    [apiPaths.openapi]: page('This document', 'application/json', { type: 'object' }),
    '/': page('All paths, as text', 'text/plain'),
    '/metrics': page('Metrics of the aggregator, for Prometheus', 'text/plain', { type: 'string' }, []),
    '/livez': page('Whether it runs', 'text/plain', { type: 'string' }, []),
    '/readyz': page('Whether it can be asked', 'text/plain', { type: 'string' }, []),
  },
  components: {
    schemas,
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'A token of the cluster, where `auth.enabled` is set' },
    },
  },
} as const

function operationOf({ doc, names, parameters, schema }: Route) {
  return {
    summary: doc,
    parameters: [...namesOf(names), ...queryOf(parameters)],
    responses: {
      200: {
        description: doc,
        headers: { ETag: { description: 'for If-None-Match', schema: { type: 'string' } } },
        content: { 'application/json': { schema: ref(schema) } },
      },
      304: { description: 'What the reader has by If-None-Match is still true.' },
      ...refusals(),
    },
  }
}

/** `security`: an empty list where everybody may read, whatever is asked for elsewhere. */
function page(summary: string, type: string, schema: Schema = { type: 'string' }, security?: readonly object[]) {
  const responses = { 200: { description: summary, content: { [type]: { schema } } }, ...refusals() }
  return { get: { summary, ...(security && { security }), responses } }
}

function refusals() {
  const content = { 'application/json': { schema: ref('ErrorAnswer') } }
  return Object.fromEntries(Object.entries(statuses).map(([status, description]) => [status, { description, content }]))
}

function namesOf(names: Route['names']) {
  return Object.entries(names).map(([name, description]) => {
    return { name, in: 'path', required: true, description, schema: { type: 'string' } }
  })
}

function queryOf(parameters: Parameters) {
  return Object.entries(parameters).map(([name, { doc, schema }]) => {
    return { name, in: 'query', required: false, description: doc, schema }
  })
}
