import { type Belief, explainedFrom } from './belief.ts'
import type { Candidate } from './candidate.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import type { Mode } from './modes/mode.ts'
import type { Scene } from './scene.ts'
import { betweenZones, byKind } from './slice.ts'

/** Attempts on a member below which it says nothing. */
const enough = 4
const failedAtLeast = 3
/** How much of the whole's severity every member must show. */
const atLeast = 0.45
const most = 0.75
/** The same of what breaks at all nodes alike. */
const alike = 0.75
const whole = 0.5

/** A fault of a group must hold for every member: that two of six replicas fail is no fault of the upstream. */
export function membersHold(belief: Belief, mode: Mode, suspect: number, severity: number): boolean {
  const { scene } = belief
  if (mode.everywhere !== undefined && !mostNodesFail(belief, mode.everywhere, severity)) return false
  return (mode.members ?? []).every((known) =>
    mode.suspect === 'zone'
      ? bordersFail(scene, known, suspect - scene.geometry.base.zone, severity)
      : targetsFail(scene, known, severity),
  )
}

/** Probes of most nodes fail, and nothing else explains it: that those of a few do is a fault of these few. */
function mostNodesFail({ scene, touched, rate }: Belief, known: number, severity: number): boolean {
  const { geometry, counts, failures } = scene
  // What is lost everywhere and for long has become part of the noise. Of a little, chance gives some nodes less; where
  // some nodes are broken, the others fail as often as they meet those.
  const share = (severity < whole ? atLeast : alike) * severity
  const failed = new Float64Array(geometry.nodes)
  for (let i = 0; i < failures.size; i++) {
    if (failures.kind[i] !== known || (touched[i] === 1 && (rate[i] ?? 0) >= explainedFrom)) continue
    for (const node of [failures.source[i] ?? 0, failures.target[i] ?? 0])
      failed[node] = (failed[node] ?? 0) + (failures.n[i] ?? 0)
  }
  let [showing, asked] = [0, 0]
  failed.forEach((bad, node) => {
    const ok = (counts.from.values[byKind(node, known)] ?? 0) + (counts.to.values[byKind(node, known)] ?? 0)
    if (bad + ok < enough) return
    asked += 1
    if (fails(bad, ok, share)) showing += 1
  })
  return showing >= most * asked
}

/**
 * Whether the target fails in something that it is asked itself, at least this share of it: what is behind a Service may
 * fail for many reasons.
 */
export function itselfFails({ geometry, counts, failures, noise }: Scene, suspect: number, share: number): boolean {
  const target = suspect - geometry.base.target
  const check = geometry.atlas.targets[target]?.check
  const failed = new Float64Array(kindCount)
  for (let i = 0; i < failures.size; i++) {
    const known = failures.kind[i] ?? 0
    if (failures.target[i] === target && kinds[known]?.check === check)
      failed[known] = (failed[known] ?? 0) + (failures.n[i] ?? 0)
  }
  let attempts = 0
  const fails = failed.some((bad, known) => {
    const all = bad + (counts.at.values[byKind(target, known)] ?? 0)
    attempts += all
    return bad >= failedAtLeast && bad >= ((noise[known] ?? 0) + share) * all
  })
  return fails || attempts === 0
}

/** Whether every zone that asks sees it: what one zone alone does not reach has a fault on its way. */
export function failsFromEveryZone({ scene }: Belief, { failures }: Candidate): boolean {
  const { geometry, counts } = scene
  const [asking, failing] = [new Float64Array(geometry.zones), new Float64Array(geometry.zones)]
  for (let node = 0; node < geometry.nodes; node++) {
    const zone = geometry.atlas.zoneOf[node] ?? 0
    asking[zone] = (asking[zone] ?? 0) + (counts.to.values[byKind(node, kind.report)] ?? 0)
  }
  for (const i of failures) {
    const zone = geometry.atlas.zoneOf[scene.failures.source[i] ?? 0] ?? 0
    failing[zone] = (failing[zone] ?? 0) + (scene.failures.n[i] ?? 0)
  }
  const [asked, failed] = [sumOf(asking), sumOf(failing)]
  return asking.every((rounds, zone) => rounds < enough || (failing[zone] ?? 0) / failed >= (0.25 * rounds) / asked)
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function targetsFail(scene: Scene, known: number, severity: number): boolean {
  const { geometry, counts, failures } = scene
  const failed = new Map<number, number>()
  for (let i = 0; i < failures.size; i++) {
    const target = failures.target[i] ?? 0
    if (failures.kind[i] === known) failed.set(target, (failed.get(target) ?? 0) + (failures.n[i] ?? 0))
  }
  const [check, share] = [kinds[known]?.check, partOf(scene, known, severity)]
  return geometry.atlas.targets.every((target, index) => {
    if (target.check !== check) return true
    return fails(failed.get(index) ?? 0, counts.at.values[byKind(index, known)] ?? 0, share)
  })
}

/** Both ways to every other zone; and of two of them at least it is known: of one alone it is a matter of that border. */
function bordersFail(scene: Scene, known: number, zone: number, severity: number): boolean {
  const { geometry, counts, failures } = scene
  const share = partOf(scene, known, severity)
  const { zoneOf, zones } = geometry.atlas
  const [outOf, into] = [new Float64Array(geometry.zones), new Float64Array(geometry.zones)]
  const lost = new Float64Array(geometry.zones)
  for (let i = 0; i < failures.size; i++) {
    if (kinds[failures.kind[i] ?? 0]?.place !== 'peer') continue
    const [from, to] = [zoneOf[failures.source[i] ?? 0] ?? 0, zoneOf[failures.target[i] ?? 0] ?? 0]
    if (from === to || (from !== zone && to !== zone)) continue
    const [other, of] = from === zone ? [to, outOf] : [from, into]
    lost[other] = (lost[other] ?? 0) + (failures.n[i] ?? 0)
    if (failures.kind[i] === known) of[other] = (of[other] ?? 0) + (failures.n[i] ?? 0)
  }
  const { values } = counts.between
  if (lost.filter((n) => n >= enough).length < Math.min(2, zones.length - 1)) return false
  return zones.every((_name, other) => {
    if (other === zone) return true
    const [sent, got] = [values[betweenZones(zone, other, known)] ?? 0, values[betweenZones(other, zone, known)] ?? 0]
    return fails(outOf[other] ?? 0, sent, share) && fails(into[other] ?? 0, got, share)
  })
}

/** How much of its probes a member must fail, when noise fails some everywhere. */
function partOf({ noise }: Scene, known: number, severity: number): number {
  return (noise[known] ?? 0) + atLeast * severity
}

function fails(failed: number, ok: number, share: number): boolean {
  return failed + ok < enough || failed >= share * (failed + ok)
}
