/** A piece of JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>

/** An object; a name that ends with "?" need not be there. More may be there one day: readers skip what they do not know. */
export function object(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  const isOptional = (name: string) => name.endsWith('?')
  return {
    type: 'object',
    ...(description && { description }),
    required: Object.keys(properties).filter((name) => !isOptional(name)),
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name.replace('?', ''), schema])),
  }
}

export function list(items: Schema, description?: string): Schema {
  return { type: 'array', items, ...(description && { description }) }
}

export function text(description?: string): Schema {
  return { type: 'string', ...(description && { description }) }
}

export function time(description?: string): Schema {
  return { type: 'string', format: 'date-time', ...(description && { description }) }
}

export function count(description?: string): Schema {
  return { type: 'integer', minimum: 0, ...(description && { description }) }
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}
