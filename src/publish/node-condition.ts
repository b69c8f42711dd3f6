import { type Api, type ApiServer, openApi } from '../kubernetes/api-client.ts'
import { type ApiError, isPassing, onlyApiError } from '../kubernetes/api-error.ts'
import { retryDelay, withJitter } from '../kubernetes/retry.ts'
import { createTeller } from '../kubernetes/teller.ts'
import type { Clock } from '../model/clock.ts'
import type { Finding } from '../model/finding.ts'
import { createBell } from './bell.ts'
import { type Condition, conditionPatch, conditionRemoval, wantedConditions } from './condition.ts'
import { nodesWithCondition, patchNode, removeConditions } from './conditions-away.ts'
import type { Leading } from './leadership.ts'

const heartbeatMs = 300_000
const idleMs = 30_000
const retryWithinMs = 60_000
/** For taking away what nobody keeps true any more. */
const lastWordMs = 5000
const subject = 'conditions of Nodes'

export interface ConditionParts {
  readonly server: ApiServer
  readonly leading: Leading
  /** Whether no other replica is there to lead when we stop. */
  readonly isAlone: () => boolean
  /** How many nodes there are. */
  readonly nodes: () => number
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
}

export interface NodeConditions {
  /** All findings that a round tells. */
  observe(findings: readonly Finding[]): void
  /** Keeps the conditions true while we lead, until `signal` aborts. No outage of the API server makes it reject. */
  run(signal: AbortSignal): Promise<void>
}

interface Told {
  readonly condition: Condition
  /** When to say that it is still so; monotonic. */
  readonly againMs: number
}

/**
 * Sets a condition on Nodes whose network is at fault for certain, and takes it away when that is over. Whoever begins
 * to lead looks first at what there is, and takes away what is true no more.
 */
export function createNodeConditions(parts: ConditionParts): NodeConditions {
  const { server, leading, clock, random } = parts
  const bell = createBell(clock)
  const tell = createTeller(parts.log)
  let findings: readonly Finding[] | undefined
  /** What the Nodes have; unknown until it is listed, and whenever another may have changed it. */
  let known: Map<string, Told> | undefined
  let failures = 0

  function leaderChanged(): void {
    if (!leading.isLeader()) known = undefined
    bell.ring()
  }

  function again(condition: Condition): Told {
    return { condition, againMs: clock.monotonicMs() + withJitter(heartbeatMs * 1.25, random) }
  }

  async function listed(api: Api): Promise<Map<string, Told>> {
    const carried = await nodesWithCondition(api)
    return new Map([...carried].map(([node, condition]) => [node, again(condition)]))
  }

  async function change(api: Api, own: Map<string, Told>, node: string, wanted: Condition | undefined) {
    const before = own.get(node)
    const patch =
      wanted === undefined
        ? conditionRemoval
        : conditionPatch(wanted, { wallMs: clock.wallMs(), isNew: before === undefined })
    await patchNode(api, node, patch)
    if (wanted === undefined) own.delete(node)
    else own.set(node, again(wanted))
  }

  async function step(api: Api): Promise<void> {
    // Before the first round that we judged we know of nothing that is over.
    if (!leading.isLeader() || findings === undefined) return
    known ??= await listed(api)
    const own = known
    const set = new Map([...own].map(([node, { condition }]) => [node, condition]))
    const wanted = wantedConditions(findings, set, parts.nodes())
    for (const node of own.keys()) {
      if (!leading.isLeader()) return
      if (!wanted.has(node)) await change(api, own, node, undefined)
    }
    for (const [node, condition] of wanted) {
      if (!leading.isLeader()) return
      const before = own.get(node)
      const isSaid = before?.condition.reason === condition.reason && clock.monotonicMs() < before.againMs
      if (!isSaid) await change(api, own, node, condition)
    }
    tell(new Map([[subject, '']]))
  }

  function pauseAfter(error: ApiError): number {
    failures += 1
    tell(new Map([[subject, troubleOf(error)]]))
    return retryDelay({ failures, intervalMs: retryWithinMs, retryAfterMs: error.retryAfterMs }, random)
  }

  return {
    observe(now) {
      // Who sees less than half knows nothing new of any node.
      if (now.some(({ fault, state }) => fault === 'partition' && state !== 'closed')) return
      findings = now
      bell.ring()
    },
    async run(signal) {
      const stopHearing = leading.onChange(leaderChanged)
      const api = openApi(server, signal)
      let mustLeave = false
      const stopping = () => {
        mustLeave = leading.isLeader() && parts.isAlone() && known !== undefined && known.size > 0
      }
      signal.addEventListener('abort', stopping, { once: true })
      try {
        while (!signal.aborted) {
          const error = await step(api).then(
            () => undefined,
            (reason: unknown) => onlyApiError(reason, signal),
          )
          if (signal.aborted) return
          if (error !== undefined) await clock.sleep(pauseAfter(error), signal).catch(() => undefined)
          else {
            failures = 0
            await bell.wait(idleMs, signal)
          }
        }
      } finally {
        signal.removeEventListener('abort', stopping)
        stopHearing()
        api.close()
        if (mustLeave) await removeConditions(server, AbortSignal.timeout(lastWordMs)).catch(() => undefined)
      }
    },
  }
}

function troubleOf(error: ApiError): string {
  return isPassing(error) || error.status !== 403
    ? `Could not list nodes or patch nodes/status, so ${subject} stay as they are (${error.message})`
    : `May not list nodes or patch nodes/status, so ${subject} stay as they are; grant it in a ClusterRole (${error.message})`
}
