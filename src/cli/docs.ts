/** Makes the documents that say what the source says: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { metricsDoc } from '../report/metrics-doc.ts'
import { cliPage } from './cli-docs.ts'
import { allCommands } from './commands.ts'
import { checksPage } from './model-docs.ts'
import { settings } from './settings.ts'
import { settingsPage } from './settings-docs.ts'

const folder = join(import.meta.dirname, '../../docs')
writeFileSync(join(folder, 'settings.md'), `${settingsPage(settings)}\n`)
writeFileSync(join(folder, 'cli.md'), `${cliPage(await allCommands())}\n`)
writeFileSync(join(folder, 'checks.md'), checksPage())
writeFileSync(join(folder, 'metrics.md'), metricsDoc())
