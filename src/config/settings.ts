import type { Field } from './fields.ts'

/** Every setting there is: tables of fields, in sections. */
export interface Settings {
  readonly [name: string]: Field<unknown> | Settings
}

/** The values that a tree of settings reads. */
export type SettingsValues<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Field<infer T> ? T : SettingsValues<Tree[Name]>
}

/** One setting with its names. */
export interface Setting {
  readonly keys: readonly string[]
  /** As the command line says it: `checks.peer_http.timeout`. */
  readonly path: string
  /** As the environment says it: `MESHPROBE_CHECKS_PEER_HTTP_TIMEOUT`. */
  readonly environment: string
  readonly field: Field<unknown>
}

export const environmentPrefix = 'MESHPROBE_'

/** In the order of the tables. */
export function settingsIn(tree: Settings, above: readonly string[] = []): readonly Setting[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    const keys = [...above, name]
    if (!isField(node)) return settingsIn(node, keys)
    return [{ keys, path: keys.join('.'), environment: environmentNameOf(keys), field: node }]
  })
}

export function isField(node: Field<unknown> | Settings): node is Field<unknown> {
  return typeof node['parse'] === 'function'
}

function environmentNameOf(keys: readonly string[]): string {
  const words = keys.map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase())
  return environmentPrefix + words.join('_')
}
