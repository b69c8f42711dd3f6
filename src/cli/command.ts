import type { ReadStream } from 'node:tty'

import type { Exit } from './exit-code.ts'

/** One thing the program can be told to do. */
export interface Command {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** Beside `--help`, which every command has. */
  readonly options: readonly Option[]
  /** What it takes beside options, in this order; nothing when absent. */
  readonly operands?: readonly Operand[]
  /** Whether it reads the settings: then it takes `--config` and every setting as a flag. */
  readonly takesSettings: boolean
  readonly examples: readonly Example[]
  /** Throws a UsageError or a ConfigError for what the operator must change. */
  run(given: Given, world: World): Promise<Exit>
}

export interface Option {
  readonly name: string
  readonly short?: string
  /** What its value is called; an option without one is on or off. */
  readonly value?: string
  /** The only values it takes. */
  readonly choices?: readonly string[]
  readonly doc: string
}

export interface Operand {
  /** What it is called in the help: `SOURCE`. */
  readonly name: string
  readonly isOptional?: boolean
}

interface Example {
  readonly line: string
  readonly doc: string
}

/** The command line, read by the command's own table of options. */
export interface Given {
  /** Whether an option was given at all. */
  has(option: string): boolean
  /** The values of an option that may be repeated. */
  all(option: string): readonly string[]
  /** The last value of an option. */
  value(option: string): string | undefined
  /** As many as the command takes; those that are optional may be missing. */
  readonly operands: readonly string[]
  /** Settings given as flags, by path. */
  readonly settings: ReadonlyMap<string, string>
}

/** What a command may touch of the process. Tests pass their own. */
export interface World {
  /** What the user typed to call us: `kubectl meshprobe`; `meshprobe` when absent. */
  readonly program?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>
  readonly stdout: Output
  readonly stderr: Output
  /** Aborts when the program is asked to stop. */
  readonly signal: AbortSignal
}

export interface Output {
  write(text: string): unknown
  readonly isTTY: boolean
  /** Of the terminal; 80 when there is none. */
  readonly columns: number
  /** Of the terminal; 24 when there is none. */
  readonly rows: number
}

/** How results are printed; `forPeople` is what it is called when it is not JSON. */
export function outputOption(forPeople: 'text' | 'table'): Option {
  const doc = `${forPeople}, or json for scripts`
  return { name: 'output', short: 'o', value: 'FORMAT', choices: [forPeople, 'json'], doc }
}
