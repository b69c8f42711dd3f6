import { type Check, checks } from '../model/check.ts'
import { type Cell, failureRatio, type Matrix } from '../model/matrix.ts'

/** Something that fails, said of as many cells at once as possible. */
export interface Words {
  /** With the variant: `dns_replica external`. */
  readonly check: string
  /** Equal for the same thing at another time. */
  readonly key: string
  readonly text: string
}

const failing = 0.5
/** How many of its cells make a row or a column fail as a whole. */
const mostOf = 0.8
const pairsNamed = 3

interface Path {
  readonly from: string
  readonly to: string
  readonly cell: Cell
}

/** What fails in a matrix: columns first, then rows, then what is left of pairs, then what fails now and then. */
export function wordsOf(matrix: Matrix): readonly Words[] {
  const check = matrix.variant === undefined ? matrix.check : `${matrix.check} ${matrix.variant}`
  const words: Words[] = []
  const say = (about: string, text: string) => void words.push({ check, key: `${check}/${about}`, text })
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
    if (isPeer(matrix.check) && rows.has(name)) say(name, `${name} fails both ways`)
    else say(`>${name}`, `${name} fails from ${from === matrix.rows.length ? `all ${from}` : from} nodes`)
  }
  for (const name of rows)
    if (!(isPeer(matrix.check) && columns.has(name))) say(`${name}>`, `from ${name} everything fails`)
  const rest = broken.filter(({ from, to }) => !columns.has(to) && !rows.has(from))
  if (rest.length <= pairsNamed) for (const { from, to } of rest) say(`${from}>${to}`, `${from} → ${to} fails`)
  else say('pairs', `${rest.length} pairs fail, such as ${rest[0]?.from} → ${rest[0]?.to}`)
  const partly = paths.filter(({ cell }) => cell.failures > 0 && failureRatio(cell) < failing)
  if (partly.length > 0)
    say('partly', `${partly.length === 1 ? '1 path fails' : `${partly.length} paths fail`} now and then`)
  return words
}

export function isPeer(check: Check): boolean {
  return checks[check].subject === 'peer'
}

function pathsOf({ cells }: Matrix): readonly Path[] {
  return [...cells].flatMap(([from, line]) => [...line].map(([to, cell]) => ({ from, to, cell })))
}
