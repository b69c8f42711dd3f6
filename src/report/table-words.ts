import { type Check, checks } from '../model/check.ts'
import { type Cell, failureRatio, type Matrix } from '../model/matrix.ts'

/** Something that fails, said of as many cells at once as possible. */
export interface Words {
  /** With the variant: `dns_replica external`. */
  readonly check: string
  /** Equal for the same thing at another time. */
  readonly key: string
  readonly shape: 'column' | 'row' | 'both' | 'rest'
  readonly text: string
}

const failing = 0.5
/** How many of its cells make a row or a column fail as a whole. */
const mostOf = 0.8
const pathsNamed = 2

interface Path {
  readonly from: string
  readonly to: string
  readonly cell: Cell
}

/** What fails in a matrix: columns first, then rows, then what is left of single paths. */
export function wordsOf(matrix: Matrix): readonly Words[] {
  const check = matrix.variant === undefined ? matrix.check : `${matrix.check} ${matrix.variant}`
  const words: Words[] = []
  const say = (shape: Words['shape'], about: string, text: string) =>
    void words.push({ check, shape, key: `${check}/${about}`, text })
  const paths = pathsOf(matrix)
  const broken = paths.filter(({ cell }) => failureRatio(cell) >= failing)
  const columns = wholes(matrix.columns, ({ to }) => to)
  const rows = wholes(matrix.rows, ({ from }) => from)

  function wholes(names: readonly string[], end: (path: Path) => string): ReadonlySet<string> {
    return new Set(
      names.filter((name) => {
        const known = paths.filter((path) => end(path) === name && path.from !== path.to)
        const bad = known.filter(({ cell }) => failureRatio(cell) >= failing)
        return known.length > 1 && bad.length >= mostOf * known.length
      }),
    )
  }

  for (const name of columns) {
    const from = new Set(paths.filter(({ to }) => to === name).map((path) => path.from)).size
    if (isPeer(matrix.check) && rows.has(name)) say('both', name, `${name} fails both ways`)
    else say('column', name, `${name} fails from ${from === matrix.rows.length ? `all ${from}` : from} nodes`)
  }
  for (const name of rows) {
    if (!(isPeer(matrix.check) && columns.has(name))) say('row', name, `from ${name} everything fails`)
  }
  const rest = broken.filter(({ from, to }) => !columns.has(to) && !rows.has(from))
  const partly = paths.filter(({ cell }) => cell.failures > 0 && failureRatio(cell) < failing)
  if (rest.length + partly.length > 0) say('rest', '', restText(rest, partly.length))
  return words
}

function isPeer(check: Check): boolean {
  return checks[check].subject === 'peer'
}

function restText(rest: readonly Path[], partly: number): string {
  const named = rest.slice(0, pathsNamed).map(({ from, to }) => `${from} → ${to}`)
  const more = rest.length - named.length
  const failing = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${rest.length === 1 ? 'fails' : 'fail'}`
  const sometimes = `${partly === 1 ? '1 path fails' : `${partly} paths fail`} now and then`
  return [...(rest.length > 0 ? [failing] : []), ...(partly > 0 ? [sometimes] : [])].join(', ')
}

function pathsOf({ cells }: Matrix): readonly Path[] {
  return [...cells].flatMap(([from, line]) => [...line].map(([to, cell]) => ({ from, to, cell })))
}
