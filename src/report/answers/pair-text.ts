import type { PairPath } from '../../model/api.ts'
import type { Paint } from '../check-text.ts'
import { markOf } from '../table-cells.ts'
import { aligned, type Column } from './aligned.ts'
import { reasonsOf } from './matrix-text.ts'

const heading = ['PATH', 'CHECK', 'FAILED', 'P50', 'P99', 'LAST', 'REASONS']

/** One line a path, both ways. */
export function pathsText(paths: readonly PairPath[], paint: Paint): string {
  if (paths.length === 0) return 'nothing between them was probed in the last rounds; in a large mesh turns are taken\n'
  const sorted = paths.toSorted((a, b) => (a.source === b.source ? 0 : a.source === paths[0]?.source ? -1 : 1))
  return `${aligned(heading, sorted.map(columnsOf), paint).join('\n')}\n`
}

function columnsOf(path: PairPath): readonly Column[] {
  const { source, target, check, variant, attempts, failures, p50Ms, p99Ms, ageSeconds, reasons } = path
  const { tone } = markOf(path)
  return [
    { text: `${source} → ${target}` },
    { text: variant === undefined ? check : `${check} ${variant}` },
    attempts === 0 ? { text: '?', tone } : { text: `${failures} of ${attempts}`, tone },
    { text: msOf(p50Ms) },
    { text: msOf(p99Ms) },
    { text: `${Math.round(ageSeconds)} s ago` },
    { text: reasonsOf(reasons) },
  ]
}

function msOf(ms: number | undefined): string {
  return ms === undefined ? '-' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
