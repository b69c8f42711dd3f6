import type { Value } from './values.ts'

/** As much of a JSON Schema as the chart's has. */
export interface ValuesSchema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, ValuesSchema>>
  readonly additionalProperties?: unknown
  readonly definitions?: Readonly<Record<string, ValuesSchema>>
}

/** The one section that parent charts fill as well. */
const shared = 'global'

/** Where schema and values name different keys, or the schema would let a mistyped one pass. */
export function schemaProblems(schema: ValuesSchema, values: readonly Value[]): readonly string[] {
  const known = new Set(values.map(({ path }) => path))
  const described = new Set(pathsIn(schema, schema, []))
  return [
    ...[...known].filter((path) => !described.has(path)).map((path) => `${path}: expected in the schema, got none`),
    ...[...described].filter((path) => !known.has(path)).map((path) => `${path}: expected in the values, got none`),
    ...laxSections(schema, schema, []).map((path) => `${path}: expected additionalProperties false, got others`),
  ]
}

function pathsIn(node: ValuesSchema, root: ValuesSchema, above: readonly string[]): readonly string[] {
  const { properties } = resolved(node, root)
  if (properties === undefined) return [above.join('.')]
  return Object.entries(properties).flatMap(([name, child]) => pathsIn(child, root, [...above, name]))
}

function laxSections(node: ValuesSchema, root: ValuesSchema, above: readonly string[]): readonly string[] {
  const { properties, additionalProperties } = resolved(node, root)
  if (properties === undefined) return []
  const path = above.join('.')
  const inner = Object.entries(properties).flatMap(([name, child]) => laxSections(child, root, [...above, name]))
  return additionalProperties === false || path === shared ? inner : [path, ...inner]
}

function resolved(node: ValuesSchema, { definitions }: ValuesSchema): ValuesSchema {
  const [, name = ''] = /^#\/definitions\/(.+)$/.exec(node.$ref ?? '') ?? []
  return definitions?.[name] ?? node
}
