import { thisBuild } from './build.ts'
import { type Command, outputOption } from './command.ts'

export const version: Command = {
  name: 'version',
  summary: 'says which build this is',
  options: [outputOption('text')],
  takesSettings: false,
  examples: [{ line: 'version -o json', doc: 'version, revision and Node, for scripts' }],
  async run(given, { stdout }) {
    const build = thisBuild()
    const text = `meshprobe ${build.version} (${build.revision}) on Node ${build.node}`
    stdout.write(`${given.value('output') === 'json' ? JSON.stringify(build) : text}\n`)
    return 'ok'
  },
}
