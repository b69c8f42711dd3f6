import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'

import { ConfigError } from '../config/config-error.ts'
import { fileVariable, fromEnvironment, fromPod } from '../config/environment-source.ts'
import { fileLimit, fromFile } from '../config/file-source.ts'
import { fromFlags } from '../config/flag-source.ts'
import { type ReadSettings, readSettings } from '../config/read-settings.ts'
import type { Given, World } from './command.ts'
import { settings } from './settings.ts'
import { settingsRules } from './settings-rules.ts'

/** The settings that a command runs with: defaults, the pod, the file, the environment, flags; the last one wins. */
export async function loadSettings(
  given: Pick<Given, 'value' | 'settings'>,
  { env }: Pick<World, 'env'>,
): Promise<ReadSettings<typeof settings>> {
  const name = given.value('config') ?? env[fileVariable] ?? ''
  const files = name === '' ? [] : [fromFile(settings, { name, text: await readLimited(name) })]
  const sources = [
    fromPod(settings, env),
    ...files,
    fromEnvironment(settings, env),
    fromFlags(settings, given.settings),
  ]
  return readSettings(settings, sources, settingsRules)
}

async function readLimited(path: string): Promise<string> {
  const bytes = await buffer(createReadStream(path, { end: fileLimit })).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([{ path, problem: `expected a file that can be read, got ${error.code}` }], { cause: error })
  })
  if (bytes.length <= fileLimit) return bytes.toString('utf8')
  throw new ConfigError([{ path, problem: `expected at most ${fileLimit} bytes, got more` }])
}
