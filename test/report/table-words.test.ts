import t from 'tap'

import type { Cell, Matrix } from '../../src/model/matrix.ts'
import { createChangeTeller } from '../../src/report/table-changes.ts'
import { wordsOf } from '../../src/report/table-words.ts'

/** A matrix as drawn: `ok`, `--` fails, `~` fails now and then, `.` is unknown. */
function drawn(check: Matrix['check'], picture: string): Matrix {
  const [head = [], ...lines] = picture
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const cells = lines.map(([row = '', ...marks]): [string, Map<string, Cell>] => {
    const known = head.map((column, i) => [column, marks[i] ?? '.'] as const).filter(([, mark]) => mark !== '.')
    return [row, new Map(known.map(([column, mark]) => [column, cellOf(mark)]))]
  })
  return { check, rows: cells.map(([row]) => row), columns: head, cells: new Map(cells) }
}

function cellOf(mark: string): Cell {
  const failures = { ok: 0, '~': 1, '--': 4 }[mark] ?? 0
  return { attempts: 4, failures, reasons: {}, round: 1 }
}

const cases: readonly (readonly [string, Matrix, readonly string[]])[] = [
  ['all is well', drawn('peer_tcp', 'a b\na . ok\nb ok .'), []],
  [
    'a node is cut',
    drawn('peer_tcp', 'a b c d\na . ok -- ok\nb ok . -- ok\nc -- -- . --\nd ok ok -- .'),
    ['c fails both ways'],
  ],
  [
    'a node is reached by nobody',
    drawn('peer_tcp', 'a b c\na . ok --\nb ok . --\nc ok ok .'),
    ['c fails from 2 nodes'],
  ],
  ['a node reaches nobody', drawn('peer_tcp', 'a b c\na . ok ok\nb ok . ok\nc -- -- .'), ['from c everything fails']],
  ['one path', drawn('peer_tcp', 'a b c\na . ok --\nb ok . ok\nc ok ok .'), ['a → c fails']],
  [
    'a replica fails for all',
    drawn('dns_replica', 'dns-1 dns-2\na ok --\nb ok --\nc ok --'),
    ['dns-2 fails from all 3 nodes'],
  ],
  ['now and then', drawn('clusterip', 'svc\na ok\nb ~\nc ~'), ['2 paths fail now and then']],
  [
    'many paths',
    drawn('peer_tcp', 'a b c d e\na . ok -- -- ok\nb ok . -- -- ok\nc ok ok . ok ok\nd ok ok ok . ok\ne ok ok ok ok .'),
    ['a → c, a → d and 2 more fail'],
  ],
]

t.test('what fails is said of as many cells at once as possible', (t) => {
  for (const [name, matrix, expected] of cases) {
    t.same(
      wordsOf(matrix).map(({ text }) => text),
      expected,
      name,
    )
  }
  t.end()
})

t.test('changes are told once, when they begin and when they cease', (t) => {
  const changes = createChangeTeller()
  const well = drawn('dns_replica', 'dns-1 dns-2\na ok ok\nb ok ok')
  const broken = drawn('dns_replica', 'dns-1 dns-2\na ok --\nb ok --')
  t.same(changes([well]), [])
  t.same(changes([broken]), ['dns_replica: dns-2 fails from all 2 nodes'])
  t.same(changes([broken]), [])
  t.same(changes([well]), [], 'it may come back')
  t.same(changes([broken]), [])
  t.same(changes([well]), [])
  t.same(changes([well]), ['dns_replica: no longer: dns-2 fails from all 2 nodes'])
  t.end()
})
