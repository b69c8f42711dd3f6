import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml'

/** One value of the chart, as `values.yaml` has it. */
export interface Value {
  /** `agent.resources`. */
  readonly path: string
  readonly fallback: unknown
  /** Its `# --` comment; empty when it has none, which is for sections only. */
  readonly doc: string
}

/** The values in their order. A commented map is one value; one without a comment is a section of them. */
export function readValues(text: string): readonly Value[] {
  const document = parseDocument(text)
  if (!isMap(document.contents)) throw new SyntaxError('Expected a map of values, got something else')
  return valuesIn(document.contents, [])
}

function valuesIn(map: YAMLMap, above: readonly string[]): readonly Value[] {
  return map.items.flatMap(({ key, value }, index) => {
    if (!isScalar(key)) return []
    const path = [...above, String(key.value)]
    // A comment before the first key of a map belongs to the map.
    const doc = docIn(key.commentBefore ?? (index === 0 ? map.commentBefore : undefined))
    if (doc === '' && isMap(value)) return valuesIn(value, path)
    return [{ path: path.join('.'), fallback: isNode(value) ? value.toJSON() : value, doc }]
  })
}

/** The last paragraph that begins with `--`, as one line. */
function docIn(comment: string | null | undefined): string {
  const [, doc = ''] = /(?:^|\n) -- ((?:(?!\n -- ).)+)$/s.exec(comment ?? '') ?? []
  return doc.replaceAll('\n ', ' ').trim()
}
