import { createServer } from 'node:net'

import { listenOn, type Running } from './listener.ts'
import type { ServiceParts } from './service-parts.ts'

/** Something on the host that accepts connections where the kubelet does. */
export function openKubelet({ ip, port }: ServiceParts): Promise<Running> {
  return listenOn(createServer(), ip, port)
}
