import type { Problem } from '../config/config-error.ts'
import type { Rule } from '../config/read-settings.ts'
import type { settings, Values } from './settings.ts'

/** Even the last probe of a round has then failed before the middle of the next one. */
const timeoutShare = 0.6

/** Combinations that cannot work. */
export const settingsRules: readonly Rule<typeof settings>[] = [
  slotsFillRounds,
  timeoutsFitRounds,
  portsDiffer,
  aggregatorPortsDiffer,
  clusterIsNamed,
  ingressIsWhole,
  peersAreUsed,
  weAreAmongPeers,
]

function slotsFillRounds({ round, slot }: Values): readonly Problem[] {
  return round % slot === 0 ? [] : [{ path: 'slot', problem: `expected a part of round, ${round} ms, got ${slot} ms` }]
}

function timeoutsFitRounds({ round, checks }: Values): readonly Problem[] {
  const most = round * timeoutShare
  return Object.entries(checks).flatMap(([check, { enabled, timeout }]) =>
    enabled === true && Number(timeout) > most
      ? [{ path: `checks.${check}.timeout`, problem: `expected at most 60 % of round, ${most} ms, got ${timeout} ms` }]
      : [],
  )
}

function portsDiffer({ listen, metrics }: Values): readonly Problem[] {
  const sharesAddress =
    listen.addresses.length === 0 ||
    metrics.addresses.length === 0 ||
    listen.addresses.some((address) => metrics.addresses.includes(address))
  if (listen.port === 0 || listen.port !== metrics.port || !sharesAddress) return []
  return [{ path: 'metrics.port', problem: `expected another port than listen.port, got ${metrics.port} for both` }]
}

/** Whoever listens on all addresses listens on the loopback too. */
function aggregatorPortsDiffer({ aggregator: { listen, local } }: Values): readonly Problem[] {
  const sharesAddress =
    listen.addresses.length === 0 || listen.addresses.some((ip) => ['127.0.0.1', '::1'].includes(ip))
  if (local.port === 0 || local.port !== listen.port || !sharesAddress) return []
  const problem = `expected another port than aggregator.listen.port, got ${local.port} for both`
  return [{ path: 'aggregator.local.port', problem }]
}

function clusterIsNamed({ discovery: { kind, kubernetes } }: Values): readonly Problem[] {
  if (kind !== 'kubernetes' || kubernetes.namespace !== '' || kubernetes.tokenFile !== '') return []
  const path = 'discovery.kubernetes.namespace'
  return [{ path, problem: 'expected a namespace, got none and no tokenFile to find it beside' }]
}

function ingressIsWhole({ discovery: { kubernetes } }: Values): readonly Problem[] {
  const { ingressNamespace, ingressService } = kubernetes
  if ((ingressNamespace === '') === (ingressService === '')) return []
  const missing = ingressNamespace === '' ? 'ingressNamespace' : 'ingressService'
  const given = ingressNamespace === '' ? 'ingressService' : 'ingressNamespace'
  return [{ path: `discovery.kubernetes.${missing}`, problem: `expected a name, because ${given} is set, got ""` }]
}

function peersAreUsed({ discovery }: Values): readonly Problem[] {
  if (discovery.kind === 'static' || discovery.static.peers.length === 0) return []
  return [{ path: 'discovery.kind', problem: `expected static, because discovery.static.peers is set, got kubernetes` }]
}

function weAreAmongPeers({ node, discovery }: Values): readonly Problem[] {
  const { peers } = discovery.static
  if (node === '' || peers.length === 0 || peers.some((peer) => peer.node === node)) return []
  const path = 'discovery.static.peers'
  return [{ path, problem: `expected every agent, ourselves included, got none on node "${node}"` }]
}
