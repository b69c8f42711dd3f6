import type { Paint, Tone } from '../check-text.ts'

export interface Column {
  readonly text: string
  readonly tone?: Tone
}

/** Rows below a heading, each column as wide as its longest text. */
export function aligned(
  heading: readonly string[],
  rows: readonly (readonly Column[])[],
  paint: Paint,
): readonly string[] {
  const all = [heading.map((text): Column => ({ text, tone: 'quiet' })), ...rows]
  const widths = heading.map((_, index) => Math.max(...all.map((row) => [...(row[index]?.text ?? '')].length)))
  return all.map((row) =>
    row
      .map(({ text, tone }, index) => {
        const isLast = index === row.length - 1
        const padding = isLast ? '' : ' '.repeat((widths[index] ?? 0) - [...text].length + 2)
        return `${tone === undefined || text === '' ? text : paint(tone, text)}${padding}`
      })
      .join('')
      .trimEnd(),
  )
}
