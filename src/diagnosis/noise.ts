import type { Belief } from './belief.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import { byKind } from './slice.ts'

const start = 0.002
const least = 1e-3
const mostOfNetwork = 0.05
const mostOfServices = 0.01
const enough = 200
const bestSources = 0.9
const margin = 1.3

/** How often probes of each kind fail without any fault. */
export function newNoise(): Float64Array {
  const noise = new Float64Array(kindCount).fill(start)
  noise[kind.report] = 0.02
  noise[kind.ready] = 0.01
  noise[kind.canary] = 0.02
  return noise
}

/**
 * Learns the noise from a long window: from the best nine tenths of the askers, or from what no hypothesis explains,
 * whichever is more. Slowly and within limits, for a phantom that is accepted once would make the noise look small
 * and so confirm itself.
 */
export function learnNoise(noise: Float64Array, belief: Belief, weight: number): void {
  const { scene } = belief
  const failed = new Float64Array(scene.geometry.nodes * kindCount)
  const unexplained = new Float64Array(kindCount)
  for (let i = 0; i < scene.failures.size; i++) {
    const [known, n] = [scene.failures.kind[i] ?? 0, scene.failures.n[i] ?? 0]
    const cell = byKind(scene.failures.source[i] ?? 0, known)
    failed[cell] = (failed[cell] ?? 0) + n
    unexplained[known] =
      (unexplained[known] ?? 0) + n * Math.min(1, (belief.noiseRate[known] ?? 0) / (belief.rate[i] ?? 1))
  }
  for (let known = 0; known < kindCount; known++) {
    if (kinds[known]?.place === 'own' || known === kind.canary) continue
    const seen = ofBestSources(belief, failed, known)
    if (seen === undefined) continue
    const share = Math.max(seen.share, (unexplained[known] ?? 0) / seen.attempts)
    const most = kinds[known]?.place === 'peer' ? mostOfNetwork : mostOfServices
    const learned = (1 - weight) * (noise[known] ?? 0) + weight * margin * share
    noise[known] = Math.min(most, Math.max(least, learned))
  }
}

function ofBestSources({ scene }: Belief, failed: Float64Array, known: number) {
  const rows: { readonly failed: number; readonly all: number }[] = []
  let attempts = 0
  for (let node = 0; node < scene.geometry.nodes; node++) {
    const bad = failed[byKind(node, known)] ?? 0
    const all = bad + (scene.counts.from.values[byKind(node, known)] ?? 0)
    if (all === 0) continue
    rows.push({ failed: bad, all })
    attempts += all
  }
  if (attempts < enough) return undefined
  rows.sort((a, b) => a.failed / a.all - b.failed / b.all)
  let [bad, all] = [0, 0]
  for (const row of rows.slice(0, Math.ceil(rows.length * bestSources))) {
    bad += row.failed
    all += row.all
  }
  return { share: (bad + 1) / (all + 500), attempts }
}
