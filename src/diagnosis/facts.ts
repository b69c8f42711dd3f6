import type { Contrast, Evidence } from '../model/finding.ts'
import type { Accusation } from './accusation.ts'
import { suspectAfter } from './geometry.ts'
import { kindCount, kinds } from './kinds.ts'
import { slowContrast, slowEvidence } from './latency/words.ts'
import { responseOf } from './responses.ts'
import { role, roleCount } from './roles.ts'
import { coverOf, type Scene } from './scene.ts'
import { successesOf, successWidth } from './successes.ts'

/** What the newest rounds say of a suspect, by kind of probe and how it touches the suspect. */
export interface Facts {
  readonly accusation: Accusation
  readonly ok: Float64Array
  readonly failed: Float64Array
}

export function factsOf(accusations: readonly Accusation[], scene: Scene): ReadonlyMap<Accusation, Facts> {
  const all = accusations.map((accusation) => ({
    accusation,
    ok: new Float64Array(kindCount * roleCount),
    failed: new Float64Array(kindCount * roleCount),
  }))
  const bySuspect = Map.groupBy(all, ({ accusation }) => suspectNow(accusation, scene))
  bySuspect.delete(undefined)
  const cells = all.filter(({ accusation: { charge } }) => charge.is === 'cell')
  for (let i = 0; i < scene.failures.size; i++) {
    const known = scene.failures.kind[i] ?? 0
    const n = scene.failures.n[i] ?? 0
    coverOf(scene, i, (suspect, at, share) => {
      const accused = share < 1 ? undefined : bySuspect.get(suspect)
      if (accused !== undefined) for (const { failed } of accused) add(failed, known, at, n)
    })
    for (const facts of cells) addOfCell(facts, scene, i)
  }
  for (const facts of all) addSuccesses(facts, scene)
  return new Map(all.map((facts) => [facts.accusation, facts]))
}

export function factAt(values: Float64Array, known: number, at: number): number {
  return values[known * roleCount + at] ?? 0
}

/** What fails: of the probes that the fault can fail, those that did. */
export function evidenceIn(facts: Facts): readonly Evidence[] {
  const { charge } = facts.accusation
  if (charge.is === 'latency') return slowEvidence(charge)
  return rows(facts)
    .filter(({ failed, expected }) => failed > 0 && expected)
    .map(({ ok, failed, known, at }) => ({ ...cellName(known), role: sideOf(at, known), ok, failed }))
}

/** What still works although it touches the suspect: that rules the neighbours of this fault out. */
export function contrastIn(facts: Facts): readonly Contrast[] {
  const { charge } = facts.accusation
  if (charge.is === 'latency') return slowContrast(charge)
  return rows(facts)
    .filter(({ ok, failed }) => ok > 0 && failed <= 0.1 * (ok + failed))
    .map(({ ok, failed, known }) => ({ ...cellName(known), ok, total: ok + failed }))
}

function rows({ accusation: { charge }, ok, failed }: Facts) {
  return Array.from({ length: kindCount * roleCount }, (_, index) => {
    const [known, at] = [Math.floor(index / roleCount), index % roleCount]
    const expected = charge.is !== 'mode' || responseOf(charge.mode, charge.steps[0] ?? 0, known, at) > 0
    return { known, at, expected, ok: Math.round(ok[index] ?? 0), failed: Math.round(failed[index] ?? 0) }
  })
}

function cellName(known: number) {
  const { check, variant } = kinds[known] ?? { check: 'peer_tcp' as const, variant: undefined }
  return { check, ...(variant !== undefined && { variant }) }
}

function sideOf(at: number, known: number): Evidence['role'] {
  if (kinds[known]?.place === 'own') return 'at'
  if (at === role.from) return 'from'
  if (at === role.to || at === role.hosts) return 'to'
  return at === role.at ? 'at' : 'through'
}

function suspectNow({ charge }: Accusation, scene: Scene): number | undefined {
  return charge.is === 'mode' ? suspectAfter(charge.geometry, scene.geometry, charge.suspect) : undefined
}

function addOfCell({ accusation: { charge }, failed }: Facts, { failures }: Scene, i: number): void {
  if (charge.is !== 'cell' || failures.source[i] !== charge.source || failures.target[i] !== charge.target) return
  const known = failures.kind[i] ?? 0
  if (charge.kinds.includes(known)) add(failed, known, role.at, failures.n[i] ?? 0)
}

function addSuccesses({ accusation, ok }: Facts, scene: Scene): void {
  const suspect = suspectNow(accusation, scene)
  if (suspect === undefined) return
  const successes = successesOf(scene.geometry, scene.counts, suspect)
  for (let i = 0; i < successes.length; i += successWidth) {
    const [known, at, share, n] = [
      successes[i] ?? 0,
      successes[i + 1] ?? 0,
      successes[i + 2] ?? 0,
      successes[i + 3] ?? 0,
    ]
    if (share === 1) add(ok, known, at, n)
  }
}

function add(values: Float64Array, known: number, at: number, n: number): void {
  const index = known * roleCount + at
  values[index] = (values[index] ?? 0) + n
}
