import type { Given, Source } from './read-settings.ts'
import { type Settings, settingsIn } from './settings.ts'

/** What the command line says, by path. */
export function fromFlags(tree: Settings, flags: ReadonlyMap<string, string>): Source {
  const given = settingsIn(tree).flatMap(({ path, field }): readonly Given[] => {
    const text = flags.get(path)
    return text === undefined ? [] : [{ path, raw: field.fromText(text), origin: { from: 'flag' } }]
  })
  return { given, problems: [] }
}
