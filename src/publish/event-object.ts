import { record, text, wholeNumber } from '../kubernetes/json.ts'
import type { Fault } from '../model/fault.ts'
import type { Finding } from '../model/finding.ts'
import { hash53 } from '../model/hash.ts'
import type { Change } from './changes.ts'
import { eventNamespace, type ObjectRef } from './involved.ts'
import { type Telling, tellingOf } from './ledger.ts'
import { shortened } from './shortened.ts'

const component = 'meshprobe-aggregator'
const messageBytes = 1024
const nameAtMost = 200
/** Two changes of one kind of one finding are further apart: it closes only after a minute without a failure. */
const bucketMs = 60_000
const tellingAnnotation = 'meshprobe.io/told'

/** Who tells: the namespace and the pod of the aggregator. */
export interface Teller {
  readonly namespace: string
  readonly identity: string
}

/** An Event of `core/v1`, whose times every version of kubectl shows. */
export interface EventObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** The same name in every replica for the same change: whoever tells it a second time is told that it is there. */
export function eventOf(change: Change, involved: ObjectRef, teller: Teller): EventObject {
  const { what, finding, atMs } = change
  const telling = tellingOf(change)
  const id = hash53(`${teller.namespace}|${telling.key}|${telling.is}|${Math.floor(atMs / bucketMs)}`).toString(36)
  return eventObject(involved, teller, {
    id,
    reason: reasonOf(finding.fault),
    type: what === 'closed' ? 'Normal' : 'Warning',
    message: messageOf(change),
    atMs,
    annotations: { [tellingAnnotation]: JSON.stringify(telling) },
  })
}

/** What could not be told one by one. */
export function summaryOf(dropped: number, home: ObjectRef, teller: Teller, wallMs: number): EventObject {
  const changes = dropped === 1 ? '1 more change' : `${dropped} more changes`
  return eventObject(home, teller, {
    id: hash53(`${teller.namespace}|dropped|${wallMs}`).toString(36),
    reason: 'FindingsOmitted',
    type: 'Warning',
    message: `${changes} of findings, too many to tell each: see \`kubectl meshprobe diagnose\` and \`history\``,
    atMs: wallMs,
    annotations: {},
  })
}

/** Selects the Events of the aggregators of this namespace, for a list. */
export function eventSelector({ namespace }: Teller): string {
  return Object.entries(labelsOf(namespace))
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

/** What an Event of ours told; undefined for any other. */
export function tellingIn(event: unknown): Telling | undefined {
  const written = text(record(record(record(event)['metadata'])['annotations'])[tellingAnnotation])
  const { key, is, atMs, before } = parsed(written)
  if (text(key) === '' || wholeNumber(atMs) === 0 || (is !== 'opening' && is !== 'closing')) return undefined
  return { key: text(key), is, atMs: wholeNumber(atMs), ...(text(before) !== '' && { before: text(before) }) }
}

/** `pod_network_cut` is `PodNetworkCut`. */
export function reasonOf(fault: Fault): string {
  return fault.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

interface Said {
  readonly id: string
  readonly reason: string
  readonly type: 'Normal' | 'Warning'
  readonly message: string
  readonly atMs: number
  readonly annotations: Readonly<Record<string, string>>
}

function eventObject(involved: ObjectRef, { namespace: own, identity }: Teller, said: Said): EventObject {
  const { id, reason, type, message, atMs, annotations } = said
  const namespace = eventNamespace(involved)
  const name = `${involved.name.slice(0, nameAtMost)}.${id}`
  const time = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name, namespace, labels: labelsOf(own), annotations } },
    ...{ involvedObject: involved, reason, message, type, count: 1, firstTimestamp: time, lastTimestamp: time },
    ...{ source: { component }, reportingComponent: component, reportingInstance: identity },
  }
}

function labelsOf(namespace: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/managed-by': 'meshprobe', 'meshprobe.io/aggregator': namespace }
}

function messageOf({ what, finding, atMs, before }: Change): string {
  const { id, text: said, confidence } = finding
  const sure = confidence === 'high' ? '' : `, ${confidence} confidence`
  return `${shortened(`${prefixes[what](finding, atMs)}${said}${taken(before)}`, messageBytes - 100)} [${id}${sure}]`
}

const prefixes: Readonly<Record<Change['what'], (finding: Finding, atMs: number) => string>> = {
  opened: () => '',
  refined: () => '',
  reopened: () => 'again: ',
  closed: ({ since }, atMs) => `over after ${lasted(atMs - Date.parse(since))}: `,
}

function taken(before: Finding | undefined): string {
  return before === undefined ? '' : ` (before taken for ${before.fault} ${before.entity.name})`
}

function lasted(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

function parsed(written: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(written))
  } catch {
    return {}
  }
}
