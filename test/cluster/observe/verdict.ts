import type { Reason } from '../../../src/model/failure.ts'
import type { Cell, Matrix } from '../../../src/model/matrix.ts'
import type { ExpectedCell } from '../faults/expected-cells.ts'

/** What the matrices showed, held against what they had to show; each a sentence. All empty is as it should be. */
export interface Verdict {
  /** Cells that had to fail and did not, or were not there. */
  readonly missed: readonly string[]
  /** Cells that failed without cause. */
  readonly unexpected: readonly string[]
  /** Cells that failed for another reason than they should have. */
  readonly misnamed: readonly string[]
}

interface Seen {
  readonly key: string
  readonly text: string
  readonly cell: Cell
}

/** Agents ask only some of the nodes by these, and others in the next epoch. */
const takesTurns: ReadonlySet<string> = new Set(['nodeport', 'host_tcp'])

export function judge(
  matrices: readonly Matrix[],
  expected: readonly ExpectedCell[],
  reasons: readonly Reason[],
): Verdict {
  const seen = matrices.flatMap(cellsOf)
  const shown = new Map(seen.map((one) => [one.key, one]))
  const loss = new Map(expected.map((cell) => [keyOf(cell), cell.loss]))
  const lossOf = ({ key }: Seen) => loss.get(key) ?? loss.get(withoutTarget(key)) ?? 'none'
  const failing = seen.filter(({ cell }) => cell.failures > 0)

  const certain = expected.filter((cell) => cell.loss === 'all' && cell.target !== '*')
  const missed = certain.flatMap((cell) => {
    const found = shown.get(keyOf(cell))
    if (found === undefined) return takesTurns.has(cell.check) ? [] : [`${nameOf(cell)}: no such cell`]
    return found.cell.failures === found.cell.attempts ? [] : [found.text]
  })
  const wholly = seen.filter((one) => lossOf(one) === 'all' && loss.get(one.key) === undefined)
  const partly = seen.filter((one) => lossOf(one) === 'some')
  const noneOfSome = partly.length > 0 && partly.every(({ cell }) => cell.failures === 0) && certain.length === 0
  return {
    missed: [
      ...missed,
      ...wholly.filter(({ cell }) => cell.failures < cell.attempts).map(({ text }) => text),
      ...(noneOfSome ? [`not one of ${partly.length} cells that lose packets failed`] : []),
    ],
    unexpected: failing.filter((one) => lossOf(one) === 'none').map(({ text }) => text),
    misnamed: failing
      .filter((one) => lossOf(one) !== 'none')
      .filter(({ cell }) => !Object.keys(cell.reasons).every((reason) => reasons.includes(reason as Reason)))
      .map(({ text }) => text),
  }
}

export function isAsExpected({ missed, unexpected, misnamed }: Verdict): boolean {
  return missed.length + unexpected.length + misnamed.length === 0
}

function cellsOf({ check, variant, cells }: Matrix): readonly Seen[] {
  return [...cells].flatMap(([source, row]) =>
    [...row].map(([target, cell]) => {
      const name = { check, source, target, ...(variant && { variant }) }
      const reasons = Object.entries(cell.reasons).map(([reason, count]) => `${count} ${reason}`)
      const text = `${nameOf(name)}: ${cell.failures} of ${cell.attempts} failed ${reasons.join(', ')}`.trimEnd()
      return { key: keyOf(name), text, cell }
    }),
  )
}

interface Name {
  readonly check: string
  readonly variant?: string
  readonly source: string
  readonly target: string
}

function nameOf({ check, variant, source, target }: Name): string {
  return `${check}${variant === undefined ? '' : `/${variant}`} ${source} > ${target}`
}

function keyOf({ check, variant = '', source, target }: Name): string {
  return [check, variant, source, target].join('|')
}

/** What is expected of a target whatever it is called. */
function withoutTarget(key: string): string {
  return `${key.split('|').slice(0, 3).join('|')}|*`
}
