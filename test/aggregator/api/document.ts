import { Ajv2020 } from 'ajv/dist/2020.js'

import { openapi } from '../../../src/aggregator/api/openapi.ts'
import type { Answer } from './serving.ts'

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema: { readonly maximum?: number; readonly default?: number }
}

/** The paths of the document, as a program reads them. */
export const paths: Readonly<Record<string, { readonly get: Operation }>> = JSON.parse(JSON.stringify(openapi.paths))

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false })
ajv.addSchema({ $id: 'api', components: { schemas: closed(openapi.components.schemas) } })

/** Why an answer is not what the document says of its path and status; empty when it is. */
export function complaints(path: string, { status, headers, json }: Answer): string {
  const type = String(headers['content-type']).split(';')[0] ?? ''
  const schema = paths[path]?.get.responses[status]?.content?.[type]?.schema
  if (schema === undefined) return `${path} ${status} ${type}: not in the document`
  return type === 'application/json' ? mistakes(schema, json()) : ''
}

/** Why a value is not of a schema, in which names that no schema has are mistakes too. */
export function mistakes(schema: object, value: unknown): string {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')))
  return validate(value) ? '' : ajv.errorsText(validate.errors)
}

/** The same schemas, which refuse what they do not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]))
  return 'properties' in inner ? { ...inner, additionalProperties: false } : inner
}
