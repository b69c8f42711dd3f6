import type { Tone } from './check-text.ts'

interface Counted {
  readonly attempts: number
  readonly failures: number
}

const most = 0.9

/** Whether as good as nothing gets through. */
export function fails(cell: Counted): boolean {
  return ratioOf(cell) >= most
}

/** What stands in a cell, because not everybody sees colours: the percentage where only a part fails. */
export function markOf(cell: Counted | undefined): { readonly mark: string; readonly tone: Tone } {
  if (cell === undefined || cell.attempts === 0) return { mark: '?', tone: 'quiet' }
  const ratio = ratioOf(cell)
  if (ratio === 0) return { mark: '·', tone: 'good' }
  if (ratio >= most) return { mark: '✕', tone: 'bad' }
  return { mark: String(Math.max(1, Math.round(ratio * 100))), tone: 'warn' }
}

/** `node-3` as `3`, when all are nodes: what all have in common is no news. */
export function shortened(names: readonly string[]): readonly string[] {
  const prefix = /^(.*?)\d+$/.exec(names[0] ?? '')?.[1] ?? ''
  const common = names.every((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
  return common && names.length > 3 ? names.map((name) => name.slice(prefix.length)) : names
}

function ratioOf({ attempts, failures }: Counted): number {
  return attempts === 0 ? 0 : failures / attempts
}
