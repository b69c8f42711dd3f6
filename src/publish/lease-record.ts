import { record, text, wholeNumber } from '../kubernetes/json.ts'
import { hash53 } from '../model/hash.ts'
import { type Reach, reachIn, type ToldReach } from './reach.ts'

const reachPrefix = 'reach.meshprobe.io/'
/** The longest name that Kubernetes takes after the prefix of an annotation. */
const nameAtMost = 63

/** What a Lease says. */
export interface LeaseRecord {
  /** Empty when it was released. */
  readonly holder: string
  readonly durationMs: number
  /** Differs whenever the holder has written. */
  readonly stamp: string
  readonly transitions: number
  /** By the annotation's key, what each replica wrote of its reach. */
  readonly reaches: ReadonlyMap<string, ToldReach>
}

export function leaseRecord(lease: unknown): LeaseRecord {
  const { metadata, spec } = record(lease)
  const { holderIdentity, leaseDurationSeconds, renewTime, leaseTransitions } = record(spec)
  const reaches = Object.entries(record(record(metadata)['annotations'])).flatMap(([key, value]) => {
    const reach = key.startsWith(reachPrefix) ? reachIn(text(value)) : undefined
    return reach === undefined ? [] : [[key, reach] as const]
  })
  return {
    holder: text(holderIdentity),
    durationMs: wholeNumber(leaseDurationSeconds) * 1000,
    stamp: `${text(holderIdentity)}|${text(renewTime)}`,
    transitions: wholeNumber(leaseTransitions),
    reaches: new Map(reaches),
  }
}

/** Where a replica writes its reach. */
export function reachKey(identity: string): string {
  return reachPrefix + (identity.length <= nameAtMost ? identity : hash53(identity).toString(36))
}

/** A merge patch: our reach, without those of replicas that are gone. */
export function reachPatch(identity: string, reach: Reach | undefined, wallMs: number, gone: readonly string[]) {
  const told = reach === undefined ? null : JSON.stringify({ ...reach, toldMs: Math.round(wallMs) })
  const annotations = { ...Object.fromEntries(gone.map((key) => [key, null])), [reachKey(identity)]: told }
  return { metadata: { annotations } }
}

export interface Claim {
  readonly identity: string
  readonly durationMs: number
  readonly wallMs: number
}

/** A Lease that is ours from the start. */
export function newLease(name: string, { identity, durationMs, wallMs }: Claim) {
  const now = microTime(wallMs)
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: secondsOf(durationMs),
      ...{ acquireTime: now, renewTime: now, leaseTransitions: 0 },
    },
  }
}

/** JSON patches: each holds only as long as the Lease is as we saw it, however many write to its annotations. */
export function renewal({ identity, durationMs, wallMs }: Claim): readonly JsonStep[] {
  return [isHeldBy(identity), set('renewTime', microTime(wallMs)), set('leaseDurationSeconds', secondsOf(durationMs))]
}

export function takeover(lease: unknown, { identity, durationMs, wallMs }: Claim): readonly JsonStep[] {
  const { holderIdentity, renewTime } = record(record(lease)['spec'])
  const now = microTime(wallMs)
  return [
    // A field that is not there is equal to none.
    { op: 'test', path: '/spec/holderIdentity', value: holderIdentity ?? null },
    { op: 'test', path: '/spec/renewTime', value: renewTime ?? null },
    set('holderIdentity', identity),
    set('leaseDurationSeconds', secondsOf(durationMs)),
    set('acquireTime', now),
    set('renewTime', now),
    set('leaseTransitions', leaseRecord(lease).transitions + 1),
  ]
}

export function release({ identity, wallMs }: Claim): readonly JsonStep[] {
  return [isHeldBy(identity), set('holderIdentity', ''), set('renewTime', microTime(wallMs))]
}

interface JsonStep {
  readonly op: 'test' | 'add'
  readonly path: string
  readonly value: unknown
}

function isHeldBy(identity: string): JsonStep {
  return { op: 'test', path: '/spec/holderIdentity', value: identity }
}

/** `add` replaces what is there. */
function set(field: string, value: unknown): JsonStep {
  return { op: 'add', path: `/spec/${field}`, value }
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

/** The time format of Leases has microseconds. */
function microTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('Z', '000Z')
}
