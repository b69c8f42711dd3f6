import type { Finding } from '../model/finding.ts'
import type { Matrix } from '../model/matrix.ts'
import { lineOf } from '../report/finding-lines.ts'
import { matrixLine, matrixLines } from '../report/table.ts'
import { fitted, painted } from '../report/table-style.ts'
import type { Menu } from './menu.ts'
import { demoFaults, type SetFault, written } from './written-fault.ts'

export interface Shown {
  readonly matrices: readonly Matrix[]
  readonly findings: readonly Finding[]
  readonly active: readonly SetFault[]
  readonly menu: Menu
  readonly url: string
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

const listWidth = 33
const gap = 2
/** Lines for what was found: more would push the matrices away. */
const foundAtMost = 3

/** The whole screen, line by line, never more of either than fits. Pure. */
export function screenLines(shown: Shown, { columns, rows }: Size): readonly string[] {
  const { matrices, active, menu, url } = shown
  const found = foundLines(shown, { columns, rows })
  const chosen = menu.at === 'matrices' ? menu.row : menu.matrix
  const left = matrices.map((matrix, i) => {
    const mark = i === chosen ? painted('bold', '›') : ' '
    return `${mark}${matrixLine(matrix, Math.min(columns, listWidth) - 1)}`
  })
  const width = columns - listWidth - gap
  const right = width < 12 ? [] : rightLines(shown, { columns: width, rows: rows - 4 - found.length })
  const height = Math.max(1, rows - 4 - found.length)
  const body = Array.from({ length: Math.min(height, Math.max(left.length, right.length)) }, (_, i) => {
    const line = left[i] ?? ' '.repeat(Math.min(columns, listWidth))
    return `${line}${right[i] === undefined ? '' : `${' '.repeat(gap)}${right[i]}`}`
  })
  const broken = active.length === 0 ? 'nothing is broken' : `broken: ${active.map(written).join('  ')}`
  return [
    painted('bold', fitted(`meshprobe demo  ${url}`, columns)),
    active.length === 0 ? painted('dim', fitted(broken, columns)) : painted('red', fitted(broken, columns)),
    ...found,
    ...(matrices.length === 0 ? [painted('dim', fitted('waiting for the first round …', columns))] : body),
    painted('dim', fitted(keysOf(menu), columns)),
  ]
}

/** What is at fault by the diagnosis; nothing where the screen is too low for it. */
function foundLines({ findings }: Shown, { columns, rows }: Size): readonly string[] {
  const room = Math.min(foundAtMost, rows - 8)
  return findings.slice(0, Math.max(0, room)).map((finding) => {
    const line = fitted(`${finding.state === 'open' ? 'found' : '     '}  ${lineOf(finding)}`, columns)
    return finding.state === 'open' ? painted('red', line) : painted('dim', line)
  })
}

function rightLines({ matrices, active, menu }: Shown, { columns, rows }: Size): readonly string[] {
  if (menu.at === 'matrices') {
    const matrix = matrices[menu.row]
    return matrix === undefined ? [] : matrixLines(matrix, columns)
  }
  if (menu.at === 'faults')
    return choices(
      demoFaults.map(({ fault }) => fault),
      menu.row,
      { columns, rows },
    )
  const fault = demoFaults[menu.fault]
  if (fault === undefined) return []
  const names = fault.targets.map((target) => {
    const isSet = active.some((one) => one.fault === fault.fault && one.target === target)
    return `${isSet ? '[✕]' : '[ ]'} ${target}`
  })
  return [painted('bold', fitted(fault.doc, columns)), ...choices(names, menu.row, { columns, rows: rows - 1 })]
}

/** As many as fit, the chosen one among them. */
function choices(names: readonly string[], row: number, { columns, rows }: Size): readonly string[] {
  const first = Math.max(0, Math.min(row - Math.floor(rows / 2), names.length - rows))
  return names.slice(first, first + Math.max(1, rows)).map((name, i) => {
    const line = fitted(` ${name}`, columns)
    return first + i === row ? painted('reverse', line) : line
  })
}

function keysOf({ at }: Menu): string {
  if (at === 'matrices') return '↑↓ look at another check   f break something   h heal all   q quit'
  return at === 'faults'
    ? '↑↓ choose a fault   ⏎ where   ← back   h heal all   q quit'
    : '↑↓ choose where   ⏎ break or heal   ← back   q quit'
}
