import { optionsOf } from './arguments.ts'
import type { Command, Operand, Option } from './command.ts'
import { exitCodes } from './exit-code.ts'

/** `program` is what the user types to call us. */
export function programHelp(commands: readonly Command[], program = 'meshprobe'): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const examples = commands.flatMap((command) => command.examples.slice(0, 1))
  return joinParts([
    ['Probes every network path of a Kubernetes cluster and names the faulty component.'],
    usageLines(program),
    ['Commands:', ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)],
    ['Examples:', ...examples.flatMap(({ line, doc }) => [`  ${program} ${line}`, `      ${doc}`])],
    exitLines(),
    [`\`${program} COMMAND --help\` says more.`],
  ])
}

export function commandHelp(command: Command, program = 'meshprobe'): string {
  const { name, summary, examples, takesSettings, operands = [] } = command
  const options = optionsOf(command).map((option) => ({ spelling: spellingOf(option), doc: option.doc }))
  const setting = { spelling: '--PATH=VALUE', doc: `any setting, as --round=5s; \`${program} config\` shows all` }
  const rows = takesSettings ? [...options, setting] : options
  const width = Math.max(...rows.map(({ spelling }) => spelling.length))
  return joinParts([
    [`${program} ${name}: ${summary}.`],
    ...(operands.length === 0 ? [] : [[`Usage: ${program} ${name} ${operands.map(shown).join(' ')} [OPTIONS]`]]),
    ['Options:', ...rows.map(({ spelling, doc }) => `  ${spelling.padEnd(width)}  ${doc}`)],
    ['Examples:', ...examples.flatMap(({ line, doc }) => [`  ${program} ${line}`, `      ${doc}`])],
    exitLines(),
  ])
}

function usageLines(program: string): readonly string[] {
  const both = ['Usage: meshprobe COMMAND [OPTIONS]', '       kubectl meshprobe COMMAND [OPTIONS]']
  return program === 'meshprobe' ? both : [`Usage: ${program} COMMAND [OPTIONS]`]
}

function shown({ name, isOptional }: Operand): string {
  return isOptional === true ? `[${name}]` : name
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
