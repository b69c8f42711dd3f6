import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { imageOfChart } from './chart.ts'
import { cacheFolder, containerdSocket, inState } from './paths.ts'
import { operatorNetns } from './plan.ts'
import { endProgram, type Program, start } from './processes.ts'
import { attempt, run } from './run.ts'
import { until } from './until.ts'

const store = join(cacheFolder, 'containerd')
/** What the build of this repository is called in the lab. */
const ownImage = 'docker.io/lab/meshprobe:dev'
const databases = ['io.containerd.metadata.v1.bolt/meta.db', 'io.containerd.snapshotter.v1.overlayfs/metadata.db']

/**
 * A folder of containerd that has the images loaded, made once per set of images. Nodes get it by hard links, which
 * takes no time and lets them share the pages of what they run: a layer is never written to.
 */
export async function loadImages(tars: readonly string[]): Promise<string> {
  const asked = await imageOfChart()
  const stamps = await Promise.all(tars.map(async (tar) => `${basename(tar)}:${(await stat(tar)).size}`))
  const loaded = join(
    store,
    createHash('sha256')
      .update([asked, ...stamps].join())
      .digest('hex')
      .slice(0, 16),
  )
  if (existsSync(loaded)) return loaded
  await rm(store, { recursive: true, force: true })
  await mkdir(store, { recursive: true })
  const folder = `${loaded}.part`
  const socket = inState('loader', 'containerd.sock')
  await start({ name: 'containerd-loader', ...(await containerd('loader', folder, socket)), netns: operatorNetns })
  await containerdUp(socket)
  const images = ['-a', socket, '-n', 'k8s.io', 'images']
  for (const tar of tars) await run('ctr', [...images, 'import', tar])
  await run('ctr', [...images, 'tag', ownImage, asked])
  await endProgram('containerd-loader')
  await rename(folder, loaded)
  return loaded
}

/** The containerd of a node, in the node's namespace: CNI plug-ins and pods of the host's network find it there. */
export async function startContainerd(node: string, netns: string, loaded: string): Promise<void> {
  const folder = inState('node', node, 'containerd')
  await run('cp', ['--archive', '--link', loaded, folder])
  for (const database of databases) {
    await rm(join(folder, database))
    await run('cp', [join(loaded, database), join(folder, database)])
  }
  const socket = containerdSocket(node)
  await start({ name: `containerd-${node}`, ...(await containerd(join('node', node), folder, socket)), netns })
  await containerdUp(socket)
}

async function containerd(place: string, root: string, socket: string): Promise<Pick<Program, 'command'>> {
  await mkdir(inState(place), { recursive: true })
  const file = inState(place, 'containerd.toml')
  await writeFile(file, config(place, root, socket))
  return { command: ['containerd', '--config', file] }
}

/** `restrict_oom_score_adj`: without CAP_SYS_RESOURCE, as in a sandbox, no pod would start. */
function config(place: string, root: string, socket: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"'
  const lines = [
    ...['version = 2', `root = "${root}"`, `state = "${inState(place, 'state')}"`],
    ...['[grpc]', `address = "${socket}"`, `[plugins."io.containerd.internal.v1.opt"]`],
    ...[`path = "${inState(place, 'opt')}"`, `[${cri}]`, 'sandbox_image = "docker.io/lab/pause:1"'],
    ...['disable_apparmor = true', 'restrict_oom_score_adj = true', 'netns_mounts_under_state_dir = true'],
    ...['stream_server_address = "127.0.0.1"', `[${cri}.cni]`, 'bin_dir = "/usr/lib/cni"'],
    ...[`conf_dir = "${inState(place, 'cni')}"`, `[${cri}.containerd]`, 'snapshotter = "overlayfs"'],
    ...[`[${cri}.containerd.runtimes.runc]`, 'runtime_type = "io.containerd.runc.v2"'],
    ...[`[${cri}.containerd.runtimes.runc.options]`, `Root = "${inState(place, 'runc')}"`],
  ]
  return `${lines.join('\n')}\n`
}

async function containerdUp(socket: string): Promise<void> {
  await until({ what: `containerd at ${socket}`, timeoutMs: 20_000, everyMs: 50 }, async () => {
    const { code } = await attempt('ctr', ['-a', socket, 'version'], { timeoutMs: 2000 })
    return code === 0 ? true : undefined
  })
}
