import { list, record, text, wholeNumber } from '../kubernetes/json.ts'
import { type Check, checks } from '../model/check.ts'
import type { Signer } from '../model/pull.ts'
import type { EventLine } from '../model/recording.ts'

/** What `kubectl get events` shows an agent's Event under; the aggregator selects by it. */
export const unreachableReason = 'MeshprobeUnreachable'

const reportAnnotation = 'meshprobe.io/report'
const macAnnotation = 'meshprobe.io/mac'
/** With the message and the MAC an Event has less than 1 kB of ours. */
const reportBytes = 640
const targetsAtMost = 8
const nameAtMost = 253

/** The pod of an agent. */
export interface AgentPod {
  readonly namespace: string
  readonly name: string
}

/** An agent's Event on its own pod: whom it could not reach in a round. What does not fit is left out. */
export function agentEvent(line: EventLine, pod: AgentPod, signer: Signer, wallMs: number) {
  const report = reportOf(line)
  const told = unreachableIn(JSON.parse(report))
  const names = told.map(({ check, target }) => `${target} (${check})`).join(', ')
  const time = new Date(wallMs).toISOString().replace(/\.\d+Z$/, 'Z')
  const { namespace, name } = pod
  return {
    ...{ apiVersion: 'v1', kind: 'Event' },
    metadata: {
      name: `${name.slice(0, nameAtMost - 20)}.${line.round.toString(36)}`,
      namespace,
      annotations: { [reportAnnotation]: report, [macAnnotation]: signer.sign(signed(report)) },
    },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: line.podUid },
    ...{ reason: unreachableReason, type: 'Warning', message: `cannot reach ${names.slice(0, 250)}` },
    ...{ count: 1, firstTimestamp: time, lastTimestamp: time },
    ...{ source: { component: 'meshprobe-agent', host: line.node }, reportingComponent: 'meshprobe-agent' },
  }
}

/** What an agent's Event says; undefined for one that nobody who has the mesh key wrote, or that says nothing. */
export function agentEventIn(event: unknown, signer: Signer): EventLine | undefined {
  const annotations = record(record(record(event)['metadata'])['annotations'])
  const [report, mac] = [text(annotations[reportAnnotation]), text(annotations[macAnnotation])]
  if (report === '' || Buffer.byteLength(report) > reportBytes || mac.length > 64) return undefined
  if (!signer.verify(signed(report), mac)) return undefined
  const { round, node, podUid, unreachable } = parsed(report)
  const told = unreachableIn({ unreachable })
  if (wholeNumber(round) <= 0 || text(node) === '' || text(podUid) === '' || told.length === 0) return undefined
  return { kind: 'event', round: wholeNumber(round), node: text(node), podUid: text(podUid), unreachable: told }
}

/** By check, as most of it would be their names. */
function reportOf({ round, node, podUid, unreachable }: EventLine): string {
  let report = ''
  const byCheck: Record<string, string[]> = {}
  for (const { check, target } of unreachable.slice(0, targetsAtMost)) {
    const targets = byCheck[check] ?? []
    byCheck[check] = [...targets, target]
    const longer = JSON.stringify({ round, node, podUid, unreachable: byCheck })
    if (Buffer.byteLength(longer) > reportBytes) break
    report = longer
  }
  return report === '' ? JSON.stringify({ round, node, podUid, unreachable: {} }) : report
}

function unreachableIn(report: unknown): EventLine['unreachable'] {
  return Object.entries(record(record(report)['unreachable'])).flatMap(([check, targets]) =>
    isCheck(check)
      ? list(targets).flatMap((target) => (text(target) === '' ? [] : [{ check, target: text(target) }]))
      : [],
  )
}

function isCheck(word: string): word is Check {
  return Object.hasOwn(checks, word)
}

/** The MAC says what it is for, so that none made for something else is taken for it. */
function signed(report: string): string {
  return `event|${report}`
}

function parsed(report: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(report))
  } catch {
    return {}
  }
}
