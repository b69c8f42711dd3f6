import { duration } from '../config/fields.ts'
import type { CanaryGeneration } from '../model/peer.ts'
import { failed, type Outcome } from '../model/result.ts'
import { defineProbe } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { serviceTargets } from './who-to-ask.ts'

export const serviceCanary = defineProbe({
  check: 'service_canary',
  timeout: '2s',
  fields: {
    grace: duration('15s', { min: '1s', max: '1m' }, 'how long a replaced backend may still answer'),
  },

  targets: ({ self, surroundings }) =>
    serviceTargets(surroundings.canaryIps, self).map((target) => ({ ...target, canary: surroundings.canary })),

  open({ grace }, tools) {
    const ask = identityByHttp(tools)
    return async (target, context) => {
      const outcome = await ask(target, context)
      const node = outcome.outcome === 'reached' ? outcome.answer?.identity?.node : undefined
      if (node === undefined) return outcome
      const staleMs = tools.wallMs() - replacedAt(node, target.canary ?? [])
      return staleMs > grace ? stale(node, staleMs) : outcome
    }
  },
})

/** When the node left the Service; never, when it is in the newest generation or in none that we know. */
function replacedAt(node: string, generations: readonly CanaryGeneration[]): number {
  const last = generations.findLastIndex(({ nodes }) => nodes.includes(node))
  // In none: then the Service has changed since we last heard of it, and ours is the old knowledge.
  if (last < 0) return Number.POSITIVE_INFINITY
  return generations[last + 1]?.sinceMs ?? Number.POSITIVE_INFINITY
}

function stale(node: string, ms: number): Outcome {
  const age = `${Math.round(ms / 1000)} s ago`
  return failed('wrong_peer', `${node} answers, which left the Service ${age}: kube-proxy on this node is stale`)
}
