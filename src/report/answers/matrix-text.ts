import type { MatrixAnswer, MatrixTable } from '../../model/api.ts'
import type { Paint } from '../check-text.ts'
import { fails } from '../table-cells.ts'
import { matrixLines } from './matrix-lines.ts'

const legend = '· works   ✕ fails   50 percent that fail   ? unknown'

/** One fault breaks many checks: their matrices look the same. */
const shownAtMost = 2

/**
 * Matrices for people: a line for each, and the cells of the first in which something fails, or of the very first. With
 * `whole` the cells of all.
 */
export function matrixText(
  answer: MatrixAnswer,
  { width, whole }: { readonly width: number; readonly whole: boolean },
  paint: Paint,
): string {
  const known = answer.matrices.filter(({ cells }) => cells.length > 0)
  if (known.length === 0) return `nothing is known${answer.at === undefined ? '' : ` at ${answer.at}`}\n`
  const broken = known.filter(({ cells }) => cells.some(({ failures }) => failures > 0))
  const shown = whole ? known : broken.length > 0 ? broken.slice(0, shownAtMost) : known.slice(0, 1)
  const others = whole ? 0 : broken.length - shown.length
  const names = known.map(nameOf)
  const longest = Math.max(...names.map((name) => name.length))
  return [
    headingOf(answer),
    '',
    ...known.map((matrix, index) => `${(names[index] ?? '').padEnd(longest)}  ${countsOf(matrix, paint)}`),
    ...shown.flatMap((matrix) => ['', nameOf(matrix), ...matrixLines(matrix, width, paint)]),
    ...(others > 0 ? ['', `${others} more ${others === 1 ? 'has' : 'have'} failures: --check CHECK shows one`] : []),
    '',
    paint('quiet', legend),
    '',
  ].join('\n')
}

function headingOf({ level, at, window }: MatrixAnswer): string {
  const what = { node: 'nodes to nodes', zone: 'zones to zones', target: 'nodes to shared targets' }[level]
  const rounds = window === 0 ? 'from history' : `over ${window} ${window === 1 ? 'round' : 'rounds'}`
  return `${what}, ${rounds}${at === undefined ? '' : `, up to ${at}`}; rows ask, columns are asked`
}

function nameOf({ check, variant }: MatrixTable): string {
  return variant === undefined ? check : `${check} ${variant}`
}

function countsOf({ cells }: MatrixTable, paint: Paint): string {
  const failing = cells.filter((cell) => fails(cell)).length
  const partly = cells.filter(({ failures }) => failures > 0).length - failing
  const parts = [
    ...(failing > 0 ? [paint('bad', `${failing} of ${cells.length} fail`)] : []),
    ...(partly > 0 ? [paint('warn', `${partly} of ${cells.length} fail in part`)] : []),
  ]
  return parts.length > 0
    ? parts.join(', ')
    : paint('good', `${cells.length === 1 ? '1 works' : `all ${cells.length} work`}`)
}

/** One line a cell, below a line of names. */
export function matrixCsv({ matrices }: MatrixAnswer): string {
  const heading = 'check,variant,source,target,attempts,failures,reasons,p50_ms,p99_ms,age_seconds'
  const lines = matrices.flatMap(({ check, variant = '', cells }) =>
    cells.map(({ source, target, attempts, failures, reasons, p50Ms = '', p99Ms = '', ageSeconds }) =>
      [check, variant, source, target, attempts, failures, reasonsOf(reasons), p50Ms, p99Ms, ageSeconds]
        .map(quoted)
        .join(','),
    ),
  )
  return `${[heading, ...lines].join('\n')}\n`
}

/** `timeout:3 refused:1` */
export function reasonsOf(reasons: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${reason}:${count}`)
    .join(' ')
}

function quoted(value: string | number): string {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
