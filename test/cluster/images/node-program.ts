import { realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { run } from '../lab/run.ts'

/** The repository's own Node, from its npm package: what the tests run on is what the images run. */
export const nodePackage = dirname(createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`))
export const nodeProgram = join(nodePackage, 'bin/node')

/** The shared libraries that programs load, the dynamic linker among them. */
export async function librariesOf(programs: readonly string[]): Promise<readonly string[]> {
  const listed = await run('ldd', programs)
  const paths = [...listed.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, path = '']) => path)
  return [...new Set(paths)].sort()
}

/** Copies files to the same paths under another root; links are followed. */
export async function copyUnder(root: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await run('install', [
      '-D',
      '--mode',
      file.endsWith('.conf') ? '644' : '755',
      await realpath(file),
      join(root, file),
    ])
  }
}
