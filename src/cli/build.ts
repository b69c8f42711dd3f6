import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { versions } from 'node:process'

// Put there by the bundler.
declare const MESHPROBE_VERSION: string | undefined
declare const MESHPROBE_REVISION: string | undefined

export interface Build {
  readonly version: string
  /** The commit; `source` when run from it. */
  readonly revision: string
  /** The version of Node that runs it. */
  readonly node: string
}

/** Which build this is. */
export function thisBuild(): Build {
  if (typeof MESHPROBE_VERSION === 'string' && typeof MESHPROBE_REVISION === 'string') {
    return { version: MESHPROBE_VERSION, revision: MESHPROBE_REVISION, node: versions.node }
  }
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  return { version: String(version), revision: 'source', node: versions.node }
}
