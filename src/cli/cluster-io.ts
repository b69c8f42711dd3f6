import { readFile } from 'node:fs/promises'

import { thisBuild } from './build.ts'
import type { World } from './command.ts'

/** What it takes of the process to talk to an API server. */
export interface ClusterIo {
  readonly env: World['env']
  readonly readFile: (path: string) => Promise<string>
  readonly userAgent: string
  readonly log: (line: string) => void
}

export function clusterIo({ env, stderr }: Pick<World, 'env' | 'stderr'>): ClusterIo {
  return {
    env,
    readFile: (path) => readFile(path, 'utf8'),
    userAgent: `meshprobe/${thisBuild().version}`,
    log: (line) => void stderr.write(`${line}\n`),
  }
}
