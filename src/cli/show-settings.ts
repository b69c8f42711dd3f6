import { stringify } from 'yaml'

import { showOrigin } from '../config/origin.ts'
import type { Effective } from '../config/read-settings.ts'

/** Comments begin here, or one space behind a value that is longer. */
const commentColumn = 48

/** A settings file that says the same, with the origin of each setting beside it. */
export function settingsAsYaml(settings: readonly Effective[]): string {
  const lines: string[] = []
  let open: readonly string[] = []
  for (const { keys, written, origin } of settings) {
    const sections = keys.slice(0, -1)
    const shared = sections.findIndex((name, depth) => open[depth] !== name)
    const known = shared < 0 ? sections.length : shared
    for (const [depth, name] of sections.entries()) if (depth >= known) lines.push(`${indent(depth)}${name}:`)
    open = sections
    const line = `${indent(sections.length)}${keys.at(-1)}: ${inline(written)}`
    lines.push(`${line.padEnd(commentColumn)} # ${showOrigin(origin)}`)
  }
  return `${lines.join('\n')}\n`
}

export function settingsAsJson(settings: readonly Effective[]): string {
  const entries = settings.map(({ path, written, origin }) => [path, { value: written, origin }])
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`
}

function inline(written: unknown): string {
  return stringify(written, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd()
}

function indent(depth: number): string {
  return '  '.repeat(depth)
}
