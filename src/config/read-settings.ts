import { ConfigError, type Problem } from './config-error.ts'
import type { Field } from './fields.ts'
import type { Origin } from './origin.ts'
import { isField, type Setting, type Settings, type SettingsValues, settingsIn } from './settings.ts'

/** What one source says of one setting, as a file would write it. */
export interface Given {
  readonly path: string
  readonly raw: unknown
  readonly origin: Origin
}

/** A file, the environment, the command line. */
export interface Source {
  readonly given: readonly Given[]
  /** What it says that is about no setting. */
  readonly problems: readonly Problem[]
}

/** A combination of settings that cannot work, though each of them could. */
export type Rule<Tree> = (values: SettingsValues<Tree>) => readonly Problem[]

export interface Effective extends Setting {
  /** As a file would write it. */
  readonly written: unknown
  readonly origin: Origin
}

export interface ReadSettings<Tree> {
  readonly values: SettingsValues<Tree>
  readonly settings: readonly Effective[]
}

/** Later sources win over earlier ones. Throws a ConfigError with all that is wrong in any of them. */
export function readSettings<const Tree extends Settings>(
  tree: Tree,
  sources: readonly Source[],
  rules: readonly Rule<Tree>[],
): ReadSettings<Tree> {
  const known = settingsIn(tree)
  const fields = new Map(known.map(({ path, field }) => [path, field]))
  const parsed = new Map<string, unknown>()
  const winners = new Map<string, Given>()
  const problems = sources.flatMap((source) => source.problems)
  for (const given of sources.flatMap((source) => source.given)) {
    try {
      parsed.set(given.path, fields.get(given.path)?.parse(given.raw))
      winners.set(given.path, given)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problems.push({ path: given.path, problem: error.message, origin: given.origin })
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  const valueFor = (path: string, { fallback }: Field<unknown>) => (winners.has(path) ? parsed.get(path) : fallback)
  // The tables that parsed them give the values their types.
  const values = valuesOf(tree, valueFor) as SettingsValues<Tree>
  const broken = rules.flatMap((rule) => rule(values)).map((problem) => located(problem, winners))
  if (broken.length > 0) throw new ConfigError(broken)
  return { values, settings: known.map((setting) => effective(setting, winners.get(setting.path))) }
}

function effective(setting: Setting, given: Given | undefined): Effective {
  if (given === undefined) return { ...setting, written: setting.field.written, origin: { from: 'default' } }
  return { ...setting, written: given.raw, origin: given.origin }
}

function located(problem: Problem, winners: ReadonlyMap<string, Given>): Problem {
  const given = winners.get(problem.path)
  return given === undefined ? problem : { ...problem, origin: given.origin }
}

/** A tree with a value in the place of every field. */
function valuesOf(tree: Settings, valueFor: (path: string, field: Field<unknown>) => unknown, above = ''): unknown {
  const entries = Object.entries(tree).map(([name, node]) => {
    const path = above + name
    return [name, isField(node) ? valueFor(path, node) : valuesOf(node, valueFor, `${path}.`)]
  })
  return Object.fromEntries(entries)
}
