import type { Field } from '../config/fields.ts'
import { isField, type Settings } from '../config/settings.ts'

/** The page about every setting, made from the tables that read them. */
export function settingsPage(tree: Settings): string {
  return [intro, table('', tree), ...sectionsOf(tree, [])].join('\n\n')
}

const intro = `# Settings

Made from the source by \`npm run docs\`; do not edit.

A setting comes from, later ones win: its default, a variable that the pod's manifest fills (where the table names one),
the file (\`--config FILE\` or \`MESHPROBE_CONFIG\`; YAML or JSON, at most 1 MiB), the environment, a flag. The same
setting is written

- in a file as \`checks: {peer_http: {timeout: 1s}}\`
- in the environment as \`MESHPROBE_CHECKS_PEER_HTTP_TIMEOUT=1s\`
- as a flag as \`--checks.peer_http.timeout=1s\`

Lists are separated by commas in the environment and in flags. Durations have a unit: \`500ms\`, \`10s\`, \`5m\`, \`1h\`.
Whatever is unknown, of the wrong kind or impossible together is refused, all of it at once.
\`meshprobe config\` shows the settings in effect and where each comes from; \`meshprobe config --schema\` prints a JSON
Schema.`

function sectionsOf(tree: Settings, above: readonly string[]): readonly string[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    if (isField(node)) return []
    const keys = [...above, name]
    const own = Object.values(node).some(isField) ? [`## ${keys.join('.')}`, table(keys.join('.'), node)] : []
    return [...own, ...sectionsOf(node, keys)]
  })
}

function table(section: string, tree: Settings): string {
  const rows = Object.entries(tree).flatMap(([name, node]) => (isField(node) ? [row(name, node)] : []))
  const lists = Object.entries(tree).flatMap(([name, node]) => {
    const items = isField(node) ? itemsOf(node) : undefined
    return items === undefined ? [] : [`Each of \`${section}.${name}\`: ${items}.`]
  })
  return [['| setting | default | expected | meaning |', '|---|---|---|---|', ...rows].join('\n'), ...lists].join(
    '\n\n',
  )
}

function row(name: string, { written, expects, doc, variable }: Field<unknown>): string {
  const fallback = variable === undefined ? code(written) : `\`${variable}\`, else ${code(written)}`
  return `| \`${name}\` | ${fallback} | ${cell(expects)} | ${cell(doc)} |`
}

/** What a section of a list holds, from its JSON Schema. */
function itemsOf({ schema }: Field<unknown>): string | undefined {
  const { items } = schema
  if (typeof items !== 'object' || items === null || !('properties' in items)) return undefined
  const rows = Object.entries(items.properties as Readonly<Record<string, { readonly description: string }>>)
  return rows.map(([name, { description }]) => `\`${name}\` (${description})`).join(', ')
}

function code(written: unknown): string {
  return `\`${typeof written === 'string' && written !== '' ? written : JSON.stringify(written)}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
