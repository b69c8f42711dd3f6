import { list, record, text } from '../kubernetes/json.ts'
import type { Fault } from '../model/fault.ts'
import type { Finding } from '../model/finding.ts'
import { reasonOf } from './event-object.ts'
import { shortened } from './shortened.ts'

/** As node-problem-detector has them: True is the problem. */
const networkCondition = 'NetworkProbeFailed'

const messageBytes = 512
/** That is of our own pod, or hinders nobody yet: no reason to move workloads away. */
const notOfTheNode: readonly Fault[] = ['agent_down', 'agent_slow', 'latency']
/** When more nodes than these are at fault at once, the cause is hardly each of them. */
const atMost = 5
const shareAtMost = 0.2

/** What a Node's condition says. */
export interface Condition {
  readonly reason: string
  readonly message: string
}

/**
 * The conditions that Nodes should have, by name. It takes an open finding of high confidence to set one, which then
 * stays until that finding is closed. Beyond a fifth of the nodes, and five, no more are set.
 */
export function wantedConditions(
  findings: readonly Finding[],
  set: ReadonlyMap<string, Condition>,
  nodes: number,
): ReadonlyMap<string, Condition> {
  const about = findings.filter(
    ({ entity, fault, state }) => entity.kind === 'node' && state !== 'closed' && !notOfTheNode.includes(fault),
  )
  const wanted = new Map<string, Condition>()
  const limit = Math.max(atMost, Math.floor(nodes * shareAtMost))
  for (const finding of about) {
    const { entity, fault } = finding
    const before = set.get(entity.name)
    // Two faults of one node: the first one that was told stays, so that no clock of a repair begins anew.
    if (wanted.has(entity.name) && before?.reason !== reasonOf(fault)) continue
    if (before !== undefined || isCertain(finding)) wanted.set(entity.name, conditionOf(finding))
  }
  const kept = [...wanted].filter(([node]) => set.has(node))
  const fresh = [...wanted].filter(([node]) => !set.has(node))
  return new Map([...kept, ...fresh.slice(0, Math.max(0, limit - kept.length))])
}

function isCertain({ state, confidence }: Finding): boolean {
  return state === 'open' && confidence === 'high'
}

function conditionOf({ fault, text: said, id }: Finding): Condition {
  return { reason: reasonOf(fault), message: `${shortened(said, messageBytes - 60)} [${id}]` }
}

/** Of a Node: its name, and what our condition says, if it has one. */
export function conditionIn(node: unknown): { readonly node: string; readonly said?: Condition } {
  const { metadata, status } = record(node)
  const name = text(record(metadata)['name'])
  const ours = list(record(status)['conditions'])
    .map(record)
    .find((one) => one['type'] === networkCondition)
  if (ours === undefined) return { node: name }
  return { node: name, said: { reason: text(ours['reason']), message: text(ours['message']) } }
}

/** A strategic merge patch of `nodes/status`. `isNew` says since when; else that is left as it is. */
export function conditionPatch(
  { reason, message }: Condition,
  { wallMs, isNew }: { readonly wallMs: number; readonly isNew: boolean },
) {
  const now = new Date(wallMs).toISOString().replace(/\.\d+Z$/, 'Z')
  const type = networkCondition
  const since = isNew ? { lastTransitionTime: now } : {}
  return { status: { conditions: [{ type, status: 'True', reason, message, lastHeartbeatTime: now, ...since }] } }
}

export const conditionRemoval = { status: { conditions: [{ $patch: 'delete', type: networkCondition }] } }
