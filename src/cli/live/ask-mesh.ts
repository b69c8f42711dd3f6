import type { Given, World } from '../command.ts'
import type { Exit } from '../exit-code.ts'
import type { Mesh } from './mesh.ts'
import { reach } from './reach.ts'
import { UnreachedError } from './unreached-error.ts'
import { whereFrom } from './where.ts'

/** Runs a command that asks a living mesh. When nobody can be asked it says why: then nothing is known. */
export async function askMesh(given: Given, world: World, ask: (mesh: Mesh) => Promise<Exit>): Promise<Exit> {
  const where = whereFrom(given, world.env)
  try {
    return await ask(await reach(where, world.signal))
  } catch (error) {
    if (!(error instanceof UnreachedError)) throw error
    world.stderr.write(`${error.message}\n`)
    return 'unknown'
  }
}

/** For scripts. */
export function jsonText(answer: unknown): string {
  return `${JSON.stringify(answer, undefined, 2)}\n`
}
