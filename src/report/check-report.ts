import { type Check, checkNames, checks, type IpFamily, type Plane, type Variant } from '../model/check.ts'
import type { Phase, Reason } from '../model/failure.ts'
import { naturally } from '../model/matrix.ts'
import type { Result } from '../model/result.ts'
import { nextStepFor } from './check-next-step.ts'

/** What `meshprobe check` found, path by path. */
export interface CheckReport {
  readonly verdict: 'ok' | 'failed' | 'unknown'
  readonly summary: string
  readonly paths: readonly PathReport[]
  readonly unchecked: readonly Unchecked[]
}

export interface PathReport {
  readonly path: Plane
  readonly ok: boolean
  /** One sentence. */
  readonly verdict: string
  /** What to look at, when something failed. */
  readonly nextStep?: string
  readonly rows: readonly CheckRow[]
}

/** What came of a question, in the end. */
export type Asked = Result & {
  /** How often it had failed before; none when absent. */
  readonly failuresBefore?: number
}

/** One conversation. */
export interface CheckRow {
  readonly check: Check
  readonly target: string
  readonly variant?: Variant
  readonly ipFamily: IpFamily
  readonly address: string
  readonly port: number
  readonly ms: number
  /** How often it failed before it was answered, or failed for the last time; absent when never. */
  readonly failuresBefore?: number
  readonly failure?: { readonly reason: Reason; readonly phase?: Phase; readonly detail: string }
}

/** A check that could not be made from here, and why. */
export interface Unchecked {
  readonly check: Check
  readonly why: string
}

/** In the order in which an operator looks. */
export const pathTitles = {
  peers: 'peer pods',
  hosts: 'node addresses',
  dns: 'DNS',
  services: 'Services',
  api: 'API server',
  ingress: 'ingress',
  external: 'external',
} as const satisfies Record<Plane, string>

const namedAtMost = 5

/** Groups results by path and says what they mean together. */
export function checkReport(results: readonly Asked[], unchecked: readonly Unchecked[]): CheckReport {
  const rows = results.map(rowOf).sort((a, b) => naturally(a.check, b.check) || naturally(a.target, b.target))
  const planes = Object.keys(pathTitles) as Plane[]
  const paths = planes.flatMap((path) => {
    const own = rows.filter(({ check }) => checks[check].plane === path)
    return own.length === 0 ? [] : [pathReport(path, own)]
  })
  const bad = paths.filter(({ ok }) => !ok).map(({ path }) => pathTitles[path])
  if (paths.length === 0) return { verdict: 'unknown', summary: 'nothing could be checked from here', paths, unchecked }
  if (bad.length > 0) return { verdict: 'failed', summary: `something fails: ${bad.join(', ')}`, paths, unchecked }
  const missing = unchecked.length === 0 ? '' : `; not checked: ${unchecked.length} of ${checkNames.length} checks`
  return { verdict: 'ok', summary: `all well: ${rows.length} of ${rows.length} answered${missing}`, paths, unchecked }
}

function pathReport(path: Plane, rows: readonly CheckRow[]): PathReport {
  const nextStep = nextStepFor(path, rows)
  return {
    path,
    ok: nextStep === undefined,
    verdict: verdictOf(rows),
    ...(nextStep !== undefined && { nextStep }),
    rows,
  }
}

function verdictOf(rows: readonly CheckRow[]): string {
  const targets = new Set(rows.map(({ target }) => target))
  const failing = Map.groupBy(
    rows.filter(({ failure }) => failure !== undefined),
    ({ target }) => target,
  )
  if (failing.size === 0) {
    const slowest = Math.max(...rows.map(({ ms }) => ms))
    const late = rows.filter(({ failuresBefore }) => failuresBefore !== undefined).length
    const again = late === 0 ? '' : `; ${late} of ${rows.length} only when asked again`
    return `${targets.size === 1 ? 'the one target answers' : `all ${targets.size} targets answer`}, slowest ${showMs(slowest)}${again}`
  }
  const named = [...failing].slice(0, namedAtMost).map(([target, failed]) => `${target} (${howAll(failed)})`)
  const more = failing.size > namedAtMost ? ` and ${failing.size - namedAtMost} more` : ''
  return `${failing.size} of ${targets.size} ${targets.size === 1 ? 'target' : 'targets'} ${failing.size === 1 ? 'fails' : 'fail'}: ${named.join(', ')}${more}`
}

/** `peer_http timeout, dns_replica external refused`. */
function howAll(failed: readonly CheckRow[]): string {
  const words = failed.map(({ check, variant, failure }) => [check, variant, failure?.reason].filter(Boolean).join(' '))
  return [...new Set(words)].join(', ')
}

export function showMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}

function rowOf(result: Asked): CheckRow {
  const { check, name, variant, family, address, port } = result.target
  const row = { check, target: name, ...(variant && { variant }), ipFamily: family, address, port }
  const { failuresBefore = 0 } = result
  const ms = Math.round(result.durationMs * 1000) / 1000
  const timed = { ...row, ms, ...(failuresBefore > 0 && { failuresBefore }) }
  if (result.outcome === 'reached') return timed
  const phase = result.phases.at(-1)?.phase
  return { ...timed, failure: { reason: result.reason, ...(phase && { phase }), detail: result.detail } }
}
