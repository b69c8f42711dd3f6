import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { certificate } from './certificate.ts'

/** Lends the demo's CA as a file, as a pod would have it; it is gone when `use` is done. */
export async function withCaFile<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'meshprobe-demo-'))
  try {
    const path = join(folder, 'ca.crt')
    await writeFile(path, certificate)
    return await use(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}
