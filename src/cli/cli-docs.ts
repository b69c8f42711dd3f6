import type { Command } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { commandHelp, programHelp } from './help.ts'

/** The page about every command, made from what `--help` says. */
export function cliPage(commands: readonly Command[]): string {
  const exits = Object.values(exitCodes).map(({ code, doc }) => `| ${code} | ${doc} |`)
  return [
    '# Command line',
    'Made from the source by `npm run docs`; do not edit.',
    'Installed as `kubectl-meshprobe` it is also a plug-in: `kubectl meshprobe check`.',
    fenced(programHelp(commands)),
    '## Exit codes',
    'The same for every command, so that scripts need to know only these:',
    ['| code | meaning |', '|---|---|', ...exits].join('\n'),
    'Results go to standard output, mistakes and progress to standard error. Colours are for terminals only;',
    '`NO_COLOR` turns them off there too.',
    ...commands.flatMap((command) => [`## meshprobe ${command.name}`, fenced(commandHelp(command))]),
  ].join('\n\n')
}

function fenced(text: string): string {
  return `\`\`\`\n${text}\`\`\``
}
