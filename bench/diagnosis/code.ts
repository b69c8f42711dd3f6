import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Job } from './job.ts'

const root = join(import.meta.dirname, '../..')
const judged = ['src/diagnosis/**/*.ts', 'src/simulate/**/*.ts', 'src/model/**/*.ts']

/** Names the sources that a job's numbers come from and, after the hyphen, what was run: others give other numbers. */
export function codeOf(job: Job): string {
  const sources = globSync(job.is === 'row' ? [...judged, 'bench/diagnosis/methods/*.ts'] : judged, {
    cwd: root,
  }).sort()
  const what = job.is === 'row' ? [job.row.zones, ...job.row.scenarios] : [job.rounds]
  return `${hashOf(sources.map((path) => path + readFileSync(join(root, path), 'utf8')))}-${hashOf(what)}`
}

/** Without what was run. */
export function sourcesIn(code: string): string {
  return code.split('-')[0] ?? ''
}

function hashOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join()).digest('hex').slice(0, 12)
}
