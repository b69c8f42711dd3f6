import type { Place } from '../faults/scene.ts'
import { until } from '../lab/until.ts'
import type { FindingsWatch } from './findings.ts'

/** The aggregator that all of them take for the one that writes to Kubernetes. Throws when they do not agree in time. */
export async function leaderOf(watch: FindingsWatch, timeoutMs = 60_000): Promise<Place> {
  return until({ what: 'all aggregators naming one leader', timeoutMs }, async () => {
    const sayings = watch.now()
    const named = new Set(sayings.map(({ standing }) => standing.leader))
    const [name] = named
    if (named.size === 1) return sayings.find(({ by }) => by.pod?.split('/')[1] === name)?.by
    throw new Error(`they name ${[...named].map((one) => one ?? 'nobody').join(', ')}`)
  })
}
