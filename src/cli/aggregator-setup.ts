import { hostname } from 'node:os'

import { systemClock } from '../agent/system-clock.ts'
import { staticCensus } from '../discovery/static-census.ts'
import { kubernetesCensus } from '../discovery/watch/kubernetes-census.ts'
import type { AggregatorSetup } from './assemble-aggregator.ts'
import { thisBuild } from './build.ts'
import type { ClusterIo } from './cluster-io.ts'
import { keyringFrom } from './keys.ts'
import type { Values } from './settings.ts'

/** All of it but who leads and who is told. */
export function setupFor(values: Values, io: ClusterIo): Omit<AggregatorSetup, 'leader' | 'onFindings' | 'onPast'> {
  const { discovery, aggregator: own } = values
  const { directory, keep, mebibytes } = own.history
  const deps = { ...io, clock: systemClock, random: Math.random }
  return {
    census: ({ onRequest }) =>
      discovery.kind === 'static'
        ? staticCensus(discovery.static)
        : kubernetesCensus({ ...discovery.kubernetes, ...own.census }, { ...deps, onRequest }),
    signer: keyringFrom(values.keys.files, systemClock.monotonicMs),
    clock: systemClock,
    roundMs: values.round,
    self: { cluster: values.cluster, replica: values.podName || hostname() },
    build: thisBuild(),
    history: { directory, keepMs: keep, bytesAtMost: mebibytes * 2 ** 20 },
    log: io.log,
  }
}
