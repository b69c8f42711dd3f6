import { reasons } from '../model/failure.ts'
import { type CheckReport, type CheckRow, type PathReport, pathTitles, showMs } from './check-report.ts'

export type Tone = 'good' | 'bad' | 'warn' | 'quiet'

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string

/** Paths with more conversations show only those that failed. */
const shownAtMost = 40

/** A report for people. */
export function checkText(report: CheckReport, paint: Paint): string {
  const tone = { ok: 'good', failed: 'bad', unknown: 'quiet' } as const
  const parts = [
    ...report.paths.map((path) => pathText(path, paint)),
    ...(report.unchecked.length === 0 ? [] : [uncheckedText(report, paint)]),
    paint(tone[report.verdict], report.summary),
  ]
  return `${parts.join('\n\n')}\n`
}

function pathText({ path, ok, verdict, nextStep, rows }: PathReport, paint: Paint): string {
  const heading = `${paint(ok ? 'good' : 'bad', ok ? 'ok  ' : 'FAIL')} ${pathTitles[path]}: ${verdict}`
  const step = nextStep === undefined ? [] : [`     next: ${nextStep}`]
  const shown = rows.length <= shownAtMost ? rows : rows.filter(({ failure }) => failure !== undefined)
  const hidden = rows.length - shown.length
  const more = hidden === 0 ? [] : [paint('quiet', `     and ${hidden} that answered`)]
  return [heading, ...step, ...table(shown, paint), ...more].join('\n')
}

function table(rows: readonly CheckRow[], paint: Paint): readonly string[] {
  const cells = rows.map((row) => [nameOf(row), row.target, addressOf(row)] as const)
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return rows.map((row, index) => {
    const columns = (cells[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    return `     ${columns}  ${row.failure === undefined ? paint('good', 'ok') : paint('bad', 'fail')}  ${said(row)}`
  })
}

function said({ failure, ms, failuresBefore }: CheckRow): string {
  if (failure === undefined)
    return failuresBefore === undefined ? showMs(ms) : `${showMs(ms)}, after ${times(failuresBefore)}`
  const { reason, phase, detail } = failure
  const where = phase === undefined ? '' : ` (${phase})`
  return `${reason}${where} after ${showMs(ms)}: ${detail === '' ? reasons[reason] : detail}`
}

function times(failures: number): string {
  return failures === 1 ? '1 failure' : `${failures} failures`
}

function nameOf({ check, variant }: CheckRow): string {
  return variant === undefined ? check : `${check} ${variant}`
}

function addressOf({ address, port }: CheckRow): string {
  return address.includes(':') && !address.includes('/') ? `[${address}]:${port}` : `${address}:${port}`
}

function uncheckedText({ unchecked }: CheckReport, paint: Paint): string {
  const byReason = Map.groupBy(unchecked, ({ why }) => why)
  const lines = [...byReason].map(([why, list]) => `     ${list.map(({ check }) => check).join(', ')}: ${why}`)
  return [paint('quiet', '--   not checked from here:'), ...lines].join('\n')
}
