import { kind } from '../kinds.ts'
import { failureShare } from '../loss.ts'
import { role } from '../roles.ts'
import { type Mode, readAnyway, silent } from './mode.ts'

/** The node or its network card: everything in and out, the host address included. */
export const nodeDown: Mode = {
  fault: 'node_down',
  gray: 'node_loss',
  suspect: 'node',
  fails: (known, _role, severity) => {
    if (known === kind.ready) return severity > 0.9 ? 0.3 : 0
    const share = failureShare(known, severity, severity)
    return known === kind.report ? readAnyway * share : share
  },
  profile: silent,
  patience: 'quick',
}

/** The agent's own pod: its listeners refuse, or nobody is there; pods beside it and the host are fine. */
export const agentDown: Mode = {
  fault: 'agent_down',
  suspect: 'node',
  fails: (known, at, severity) => {
    if (known === kind.oneWay) return severity
    if (known === kind.ready) return 0.6 * severity
    // Where a Service has an agent behind it on every node, this one is a dead endpoint.
    if (at === role.behind) return backedByAgents.includes(known) ? severity : 0
    return at === role.to && toAgent.includes(known) ? severity : 0
  },
  profile: (known) => (known === kind.tcp || known === kind.http ? [0.2, 0.78, 0.02] : [0.97, 0.015, 0.015]),
  patience: 'slow',
  faintest: 0.5,
}

const backedByAgents: readonly number[] = [
  kind.clusterIp,
  kind.canary,
  kind.nodePort,
  kind.ingress,
  kind.ingressReplica,
]
const toAgent: readonly number[] = [kind.http, kind.tcp, kind.udp, kind.mtu, kind.report]

/** The agent's process starves: its kernel still opens connections. */
export const agentSlow: Mode = {
  fault: 'agent_slow',
  suspect: 'node',
  fails: (known, at, severity) => {
    if (known === kind.http) return severity
    if (known === kind.udp || known === kind.mtu) return 0.8 * severity
    if (known === kind.oneWay) return at === role.to ? 0.3 * severity : 0
    if (known === kind.report) return readAnyway * severity
    if (at === role.behind) return backedByAgents.includes(known) ? severity : 0
    if (at !== role.from || known === kind.ready) return 0
    // What it asks of others is answered, and read too late; a listener that hangs alone does not stop it from asking.
    return asks.includes(known) ? severity : 0.3 * severity
  },
  profile: silent,
  patience: 'careful',
  faintest: 0.1,
}

const asks: readonly number[] = [kind.clusterIp, kind.ingress, kind.ingressReplica]
