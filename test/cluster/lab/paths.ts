import { join } from 'node:path'

/** What survives a lab: programs and images, made once. */
export const cacheFolder = process.env['MESHPROBE_LAB_CACHE'] ?? '/var/cache/meshprobe-lab'
export const binFolder = join(cacheFolder, 'bin')

/** What a lab leaves nothing of. One lab a machine: its namespaces have fixed names. */
export const stateFolder = '/var/lib/meshprobe-lab'

export const planFile = inState('plan.json')
/** The archives that its nodes were given. */
export const imagesFile = inState('images.json')
export const adminKubeconfig = inState('admin.kubeconfig')

export function inState(...parts: readonly string[]): string {
  return join(stateFolder, ...parts)
}

export function bin(program: string): string {
  return join(binFolder, program)
}

/** The socket of a node's containerd. */
export function containerdSocket(node: string): string {
  return inState('node', node, 'containerd.sock')
}
