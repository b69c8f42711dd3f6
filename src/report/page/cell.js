import { titleOf } from './panels.js'

/** How a cell looks: never by colour alone. */
export function lookOf(cell) {
  if (cell === undefined || cell.attempts === 0) return { kind: 'unknown', text: '' }
  const ratio = cell.failures / cell.attempts
  if (ratio === 0) return { kind: 'works', text: '' }
  if (ratio >= 0.9) return { kind: 'fails', text: '✕' }
  return { kind: ratio < 0.5 ? 'some' : 'most', text: String(Math.max(1, Math.round(ratio * 100))) }
}

/** The same in words: first line who and what, then what is known of it. */
export function linesOf(cell, row, { name, matrix }) {
  const path = row === name ? `${row} at itself` : `${row} → ${name}`
  const first = `${titleOf(matrix)}: ${path}`
  if (cell === undefined || cell.attempts === 0) return [first, 'not known: nobody asked in the last rounds']
  const { attempts, failures, reasons, p50Ms, p99Ms } = cell
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ×${count}`)
  return [
    first,
    failures === 0
      ? `${attempts} of ${attempts} reached`
      : `${failures} of ${attempts} failed (${Math.round((failures / attempts) * 100)} %)`,
    ...(why.length > 0 ? [why.join(', ')] : []),
    ...(p50Ms === undefined ? [] : [`p50 ${inMs(p50Ms)}, p99 ${inMs(p99Ms)}`]),
  ]
}

function inMs(ms) {
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`
}
