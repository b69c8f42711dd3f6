import { ConfigError } from '../config/config-error.ts'
import { hintFor } from '../config/nearest.ts'
import { readArguments } from './arguments.ts'
import type { World } from './command.ts'
import { allCommands, commandNamed, commandNames } from './commands.ts'
import { type Exit, exitCodes } from './exit-code.ts'
import { commandHelp, programHelp } from './help.ts'
import { UsageError } from './usage-error.ts'

/** Runs one command line, without the name of the program; resolves with the exit code. */
export async function dispatch(args: readonly string[], world: World): Promise<number> {
  try {
    return exitCodes[await run(args, world)].code
  } catch (error) {
    // Asked to stop before it knew.
    if (world.signal.aborted && error === world.signal.reason) return exitCodes.unknown.code
    if (!(error instanceof ConfigError || error instanceof UsageError)) throw error
    world.stderr.write(`${error.message}\n`)
    return exitCodes.usage.code
  }
}

async function run([name, ...args]: readonly string[], world: World): Promise<Exit> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    world.stdout.write(programHelp(await allCommands(), world.program))
    return name === undefined ? 'usage' : 'ok'
  }
  const command = await commandNamed(name)
  if (command === undefined) throw new UsageError(`no command "${name}"; ${hintFor(name, commandNames)}`)
  const given = readArguments(command, args)
  if (!given.has('help')) return command.run(given, world)
  world.stdout.write(commandHelp(command, world.program))
  return 'ok'
}
