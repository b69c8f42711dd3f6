import { jsonSchema } from '../config/json-schema.ts'
import { type Command, outputOption } from './command.ts'
import { loadSettings } from './load-settings.ts'
import { settings } from './settings.ts'
import { settingsAsJson, settingsAsYaml } from './show-settings.ts'

export const config: Command = {
  name: 'config',
  summary: 'shows the settings in effect and where each comes from',
  options: [outputOption('text'), { name: 'schema', doc: 'print the JSON Schema of a settings file instead' }],
  takesSettings: true,
  examples: [
    { line: 'config --config meshprobe.yaml', doc: 'what the agent would run with; the output is a settings file too' },
    { line: 'config --schema', doc: 'for an editor' },
  ],
  async run(given, world) {
    if (given.has('schema')) {
      world.stdout.write(`${JSON.stringify(jsonSchema(settings), undefined, 2)}\n`)
      return 'ok'
    }
    const { settings: effective } = await loadSettings(given, world)
    world.stdout.write(given.value('output') === 'json' ? settingsAsJson(effective) : settingsAsYaml(effective))
    return 'ok'
  },
}
