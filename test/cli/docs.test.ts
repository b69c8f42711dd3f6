import t from 'tap'

import { cliPage } from '../../src/cli/cli-docs.ts'
import { allCommands } from '../../src/cli/commands.ts'
import { checksPage } from '../../src/cli/model-docs.ts'
import { settings } from '../../src/cli/settings.ts'
import { settingsPage } from '../../src/cli/settings-docs.ts'
import { settingsIn } from '../../src/config/settings.ts'
import { checkNames } from '../../src/model/check.ts'
import { reasons } from '../../src/model/failure.ts'

t.test('the page about commands has every command and exit code', async (t) => {
  const commands = await allCommands()
  const page = cliPage(commands)
  for (const { name, summary } of commands)
    t.match(page, `## meshprobe ${name}\n\n\`\`\`\nmeshprobe ${name}: ${summary}`)
  t.match(page, '| 3 | cannot tell |')
})

t.test('the page about settings has every setting', async (t) => {
  const page = settingsPage(settings)
  for (const { keys, path, field } of settingsIn(settings)) {
    t.match(page, `| \`${keys.at(-1)}\` |`, path)
    t.match(page, field.doc.replaceAll('|', '\\|'), path)
  }
})

t.test('the page about checks has every check and every reason', async (t) => {
  const page = checksPage()
  for (const name of checkNames) t.match(page, `| \`${name}\` |`)
  for (const reason of Object.keys(reasons)) t.match(page, `- \`${reason}\`: `)
})
