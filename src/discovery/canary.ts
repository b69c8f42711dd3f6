import type { CanaryGeneration } from '../model/peer.ts'
import { list, record, text } from './json.ts'

/** Written by whoever rewrites the slice: when this generation began, in ms of the wall clock. */
const generationAnnotation = 'meshprobe.io/generation-ms'

const generationsKept = 4

/** `known` with the generation that the canary Service's slices show now, if it is a new one. */
export function canaryAfter(
  known: readonly CanaryGeneration[],
  slices: readonly unknown[],
  wallMs: number,
): readonly CanaryGeneration[] {
  const nodes = [...new Set(slices.flatMap(nodesIn))].sort()
  const written = Math.max(0, ...slices.map(writtenMs))
  const last = known.at(-1)
  if (nodes.length === 0) return known
  if (last !== undefined && sameNodes(last, nodes) && (written === 0 || written === last.sinceMs)) return known
  // An answer from an older cache of the API server is no news.
  if (last !== undefined && written !== 0 && written < last.sinceMs) return known
  return [...known, { sinceMs: written || wallMs, nodes }].slice(-generationsKept)
}

function nodesIn(slice: unknown): readonly string[] {
  return list(record(slice)['endpoints']).flatMap((endpoint) => text(record(endpoint)['nodeName']) || [])
}

function writtenMs(slice: unknown): number {
  const ms = Number(text(record(record(record(slice)['metadata'])['annotations'])[generationAnnotation]))
  return Number.isSafeInteger(ms) && ms > 0 ? ms : 0
}

function sameNodes({ nodes }: CanaryGeneration, others: readonly string[]): boolean {
  return nodes.length === others.length && nodes.every((node, i) => node === others[i])
}
