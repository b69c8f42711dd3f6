import { parseArgs } from 'node:util'

import { hintFor } from '../config/nearest.ts'
import { settingsIn } from '../config/settings.ts'
import type { Command, Given, Option } from './command.ts'
import { settings } from './settings.ts'
import { UsageError } from './usage-error.ts'

const helpOption: Option = { name: 'help', short: 'h', doc: 'say this' }

const configOption: Option = {
  name: 'config',
  value: 'FILE',
  doc: 'settings, YAML or JSON; else MESHPROBE_CONFIG names the file',
}

/** Every option of a command, those that all share included; settings are not among them. */
export function optionsOf({ options, takesSettings }: Pick<Command, 'options' | 'takesSettings'>): readonly Option[] {
  return [...options, ...(takesSettings ? [configOption] : []), helpOption]
}

/** Reads a command line by the command's tables. Refuses everything they do not know. */
export function readArguments(command: Command, args: readonly string[]): Given {
  const options = new Map(optionsOf(command).map((option) => [option.name, option]))
  const paths = new Set(command.takesSettings ? settingsIn(settings).map(({ path }) => path) : [])
  const given = new Map<string, string[]>()
  const operands: string[] = []
  for (const token of tokensOf(args, options, paths)) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      operands.push(token.value)
      continue
    }
    const option = options.get(token.name)
    if (option === undefined && !paths.has(token.name)) {
      const known = [...options.keys(), ...paths].map((name) => `--${name}`)
      throw new UsageError(`${command.name}: no option ${token.rawName}; ${hintFor(`--${token.name}`, known)}`)
    }
    const value = textOf(token, option)
    given.set(token.name, [...(given.get(token.name) ?? []), value])
  }
  if (!given.has(helpOption.name)) mustFit(operands, command)
  const last = (name: string) => given.get(name)?.at(-1)
  return {
    has: (name) => given.has(name),
    all: (name) => given.get(name) ?? [],
    value: last,
    operands,
    settings: new Map([...paths].flatMap((path) => (given.has(path) ? [[path, last(path) ?? '']] : []))),
  }
}

function mustFit(operands: readonly string[], { name, operands: wanted = [] }: Command): void {
  const surplus = operands[wanted.length]
  const names = wanted.map((operand) => operand.name).join(' ')
  if (surplus !== undefined) {
    const expected = names === '' ? 'options only' : `${names} and options only`
    throw new UsageError(`${name}: expected ${expected}, got "${surplus}"`)
  }
  const missing = wanted[operands.length]
  if (missing !== undefined && missing.isOptional !== true) {
    throw new UsageError(`${name}: expected ${names}, got no ${missing.name}`)
  }
}

function tokensOf(args: readonly string[], options: ReadonlyMap<string, Option>, paths: ReadonlySet<string>) {
  const table: Record<string, { type: 'string' | 'boolean'; short?: string }> = {}
  for (const path of paths) table[path] = { type: 'string' }
  for (const [name, { value, short }] of options) {
    table[name] = { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) }
  }
  // Not strict: its messages name neither the command nor what was meant.
  return parseArgs({ args: [...args], options: table, strict: false, allowPositionals: true, tokens: true }).tokens
}

interface OptionToken {
  readonly rawName: string
  readonly value: string | undefined
}

function textOf({ rawName, value }: OptionToken, option: Option | undefined): string {
  const isSwitch = option !== undefined && option.value === undefined
  if (isSwitch && value !== undefined) throw new UsageError(`${rawName}: expected no value, got "${value}"`)
  if (isSwitch) return ''
  const wanted = option?.choices?.join(' or ') ?? option?.value ?? 'a value'
  if (value === undefined) throw new UsageError(`${rawName}: expected ${wanted}, got nothing`)
  if (option?.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(`${rawName}: expected ${wanted}, got "${value}"`)
  }
  return value
}
