import { isField, type Settings } from './settings.ts'

type Schema = Readonly<Record<string, unknown>>

/** JSON Schema of a settings file. What durations may be, and which settings exclude each other, only the reader knows. */
export function jsonSchema(tree: Settings): Schema {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Settings of meshprobe', ...sectionSchema(tree) }
}

function sectionSchema(tree: Settings): Schema {
  const properties = Object.entries(tree).map(([name, node]) => {
    if (!isField(node)) return [name, sectionSchema(node)]
    const { doc, written, schema } = node
    return [name, { description: doc, default: written, ...schema }]
  })
  // Nothing at all stands for a section whose settings are all commented out.
  return { type: ['object', 'null'], additionalProperties: false, properties: Object.fromEntries(properties) }
}
