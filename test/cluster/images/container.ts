import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'

import { attempt, type Ended, run } from '../lab/run.ts'
import type { Unpacked } from './archive.ts'

export interface ContainerOptions {
  /** In the place of the image's own CMD. */
  readonly args?: readonly string[]
  readonly capabilities?: readonly string[]
  /** By path in the container, a file or folder that is seen there and cannot be written. */
  readonly mounts?: Readonly<Record<string, string>>
  /** Folders that can be written, as an emptyDir can. */
  readonly writable?: readonly string[]
}

export interface Container {
  /** What it printed so far. */
  readonly stdout: () => string
  /** Resolves when it ended, with what it printed. */
  readonly ended: Promise<Ended>
  /** Runs another program of the image beside the first. */
  exec(...command: readonly string[]): Promise<Ended>
  /** Reaches process 1, as the kubelet's does. */
  kill(signal: NodeJS.Signals): void
}

/**
 * Runs an image by runc as a restricted pod is run: its own user, no rights but those that are given, a root that
 * cannot be written, a network of its own with nothing but loopback.
 */
export async function startContainer(t: Test, image: Unpacked, options: ContainerOptions): Promise<Container> {
  const folder = join(image.rootfs, '..', `container-${process.hrtime.bigint()}`)
  const runc = ['--root', join(folder, 'state')]
  await mkdir(folder)
  await run('runc', ['spec', '--bundle', folder])
  const spec = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
  await writeFile(join(folder, 'config.json'), JSON.stringify(restricted(spec, image, options)))
  const child = spawn('runc', [...runc, 'run', '--bundle', folder, 'tested'], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => attempt('runc', [...runc, 'delete', '--force', 'tested']))
  const closed = once(child, 'close')
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
    })
  }
  return {
    stdout: () => said.stdout,
    ended: closed.then(([code, signal]) => ({ ...said, code: code ?? signal })),
    exec: (...command) => attempt('runc', [...runc, 'exec', 'tested', ...command]),
    kill: (signal) => child.kill(signal), // runc passes it on
  }
}

/** What a container printed, run to its end. */
export async function runContainer(t: Test, image: Unpacked, options: ContainerOptions): Promise<Ended> {
  return (await startContainer(t, image, options)).ended
}

interface Spec {
  readonly process: object
  readonly mounts: readonly object[]
}

function restricted(spec: Spec, { config, rootfs }: Unpacked, options: ContainerOptions): object {
  const [uid, gid] = (config.User ?? '0:0').split(':').map(Number)
  const { args = config.Cmd ?? [], capabilities: given = [], mounts = {}, writable = [] } = options
  const bound = Object.entries(mounts).map(([destination, source]) => {
    return { destination, source, type: 'bind', options: ['bind', 'ro'] }
  })
  const empty = writable.map((destination) => ({ destination, source: 'tmpfs', type: 'tmpfs', options: ['mode=1777'] }))
  return {
    ...spec,
    process: {
      ...spec.process,
      ...{ terminal: false, noNewPrivileges: true, user: { uid, gid }, cwd: '/' },
      args: [...(config.Entrypoint ?? []), ...args],
      env: config.Env ?? [],
      capabilities: { bounding: given, effective: given, permitted: given, ambient: [] },
    },
    root: { path: rootfs, readonly: true },
    mounts: [...spec.mounts, ...bound, ...empty],
  }
}
