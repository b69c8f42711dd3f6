import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

import type { Self } from '../model/probe.ts'
import type { Values } from './settings.ts'

/** Who we are: what the settings say, and a boot id that no other start has. */
export function selfFrom({ cluster, node, zone, podUid, podIps, hostIp }: Values): Self {
  return { cluster, node: node || hostname(), zone, podUid, podIps, hostIp, bootId: randomUUID() }
}
