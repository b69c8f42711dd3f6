import { optionsOf } from './arguments.ts'
import type { Command, Option } from './command.ts'
import { exitCodes } from './exit-code.ts'

export function programHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const examples = commands.flatMap((command) => command.examples.slice(0, 1))
  return joinParts([
    ['Probes every network path of a Kubernetes cluster and names the faulty component.'],
    ['Usage: meshprobe COMMAND [OPTIONS]', '       kubectl meshprobe COMMAND [OPTIONS]'],
    ['Commands:', ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)],
    ['Examples:', ...examples.flatMap(({ line, doc }) => [`  meshprobe ${line}`, `      ${doc}`])],
    exitLines(),
    ['`meshprobe COMMAND --help` says more.'],
  ])
}

export function commandHelp(command: Command): string {
  const { name, summary, examples, takesSettings } = command
  const options = optionsOf(command).map((option) => ({ spelling: spellingOf(option), doc: option.doc }))
  const setting = { spelling: '--PATH=VALUE', doc: 'any setting, as --round=5s; `meshprobe config` shows all' }
  const rows = takesSettings ? [...options, setting] : options
  const width = Math.max(...rows.map(({ spelling }) => spelling.length))
  return joinParts([
    [`meshprobe ${name}: ${summary}.`],
    ['Options:', ...rows.map(({ spelling, doc }) => `  ${spelling.padEnd(width)}  ${doc}`)],
    ['Examples:', ...examples.flatMap(({ line, doc }) => [`  meshprobe ${line}`, `      ${doc}`])],
    exitLines(),
  ])
}

function spellingOf({ name, short, value }: Option): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function exitLines(): readonly string[] {
  return ['Exit codes:', ...Object.values(exitCodes).map(({ code, doc }) => `  ${code}  ${doc}`)]
}

function joinParts(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}
