import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const page = join(import.meta.dirname, '../../../docs/lab.md')

/** A table of docs/lab.md between `<!-- NAME -->` and `<!-- /NAME -->`. */
export interface MarkedTable {
  readonly name: string
  readonly head: readonly string[]
}

/** Lines of the table that is there, without its head. Throws when the page has no such marks. */
export async function rowsOf({ name }: MarkedTable): Promise<readonly string[]> {
  const { inside } = partsOf(await readFile(page, 'utf8'), name)
  return inside
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1)
}

export async function writeRows({ name, head }: MarkedTable, rows: readonly string[]): Promise<void> {
  const { before, after } = partsOf(await readFile(page, 'utf8'), name)
  const lines = [row(head), row(head.map(() => '---')), ...rows].join('\n')
  await writeFile(page, `${before}<!-- ${name} -->\n${lines}\n<!-- /${name} -->${after}`)
}

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** As text within a cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function partsOf(text: string, name: string) {
  const [before, rest] = text.split(`<!-- ${name} -->`)
  const [inside, after] = (rest ?? '').split(`<!-- /${name} -->`)
  if (before === undefined || inside === undefined || after === undefined)
    throw new Error(`${page} has no <!-- ${name} -->`)
  return { before, inside, after }
}
