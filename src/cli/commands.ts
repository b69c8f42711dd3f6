import type { Command } from './command.ts'

/**
 * Every command. To add one: write its file, then add its line here. Loaded when it is asked for: an agent does not
 * hold the demo in its memory.
 */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  agent: async () => (await import('./agent.ts')).agent,
  aggregator: async () => (await import('./aggregator.ts')).aggregator,
  check: async () => (await import('./check.ts')).check,
  config: async () => (await import('./config.ts')).config,
  demo: async () => (await import('./demo.ts')).demo,
  diagnose: async () => (await import('./diagnose.ts')).diagnose,
  history: async () => (await import('./history.ts')).history,
  matrix: async () => (await import('./matrix.ts')).matrix,
  nodes: async () => (await import('./nodes.ts')).nodes,
  pair: async () => (await import('./pair.ts')).pair,
  simulate: async () => (await import('./simulate.ts')).simulate,
  version: async () => (await import('./version.ts')).version,
}

export const commandNames: readonly string[] = Object.keys(loaders)

/** Undefined when there is no such command. */
export async function commandNamed(name: string): Promise<Command | undefined> {
  return Object.hasOwn(loaders, name) ? loaders[name]?.() : undefined
}

export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(loaders).map((load) => load()))
}
