import t from 'tap'

import type { MatrixAnswer, MatrixCell, MatrixTable } from '../../../src/model/api.ts'
import { matrixCsv, matrixText } from '../../../src/report/answers/matrix-text.ts'
import type { Paint } from '../../../src/report/check-text.ts'

const plain: Paint = (_, text) => text
const named: Paint = (tone, text) => `<${tone} ${text}>`

function cell(source: string, target: string, attempts: number, failures: number): MatrixCell {
  return { source, target, attempts, failures, reasons: failures > 0 ? { timeout: failures } : {}, ageSeconds: 2 }
}

function table(names: readonly string[], cells: readonly MatrixCell[], columns = names): MatrixTable {
  return { check: 'peer_tcp', rows: names, columns, cells }
}

function answer(...matrices: readonly MatrixTable[]): MatrixAnswer {
  return { level: 'node', at: '2026-01-01T00:00:00.000Z', window: 3, matrices }
}

const few = ['a', 'b', 'c']
const small = table(few, [cell('a', 'b', 30, 0), cell('a', 'c', 30, 30), cell('b', 'a', 30, 15), cell('c', 'a', 0, 0)])

t.test('every cell says what is known of it, and unknown is not green', async (t) => {
  const text = matrixText(answer(small), { width: 80, whole: false }, plain)
  t.equal(
    text,
    [
      'nodes to nodes, over 3 rounds, up to 2026-01-01T00:00:00.000Z; rows ask, columns are asked',
      '',
      'peer_tcp  1 of 4 fail, 1 of 4 fail in part',
      '',
      'peer_tcp',
      '    a   b   c',
      'a       ·   ✕',
      'b  50       ?',
      'c   ?   ?',
      '',
      '· works   ✕ fails   50 percent that fail   ? unknown',
      '',
    ].join('\n'),
  )
  const painted = matrixText(answer(small), { width: 80, whole: false }, named)
  for (const mark of ['<good ·>', '<bad ✕>', '<warn 50>', '<quiet ?>']) t.match(painted, mark)
  t.notMatch(painted, '<good ?>')
})

t.test('where nothing fails the first matrix is shown, of all a line', async (t) => {
  const good = table(few, [cell('a', 'b', 30, 0)])
  const text = matrixText(answer(good, { ...good, check: 'peer_udp' }), { width: 80, whole: false }, plain)
  t.match(text, /^peer_tcp {2}1 works\npeer_udp {2}1 works\n\npeer_tcp\n/m)
  t.notMatch(text, /\n\npeer_udp\n/)
  t.match(matrixText(answer(good, { ...good, check: 'peer_udp' }), { width: 80, whole: true }, plain), /\n\npeer_udp\n/)
  t.equal(matrixText(answer(), { width: 80, whole: false }, plain), 'nothing is known at 2026-01-01T00:00:00.000Z\n')
})

t.test('of many only those with failures are shown, and how many are left out', async (t) => {
  const names = Array.from({ length: 60 }, (_, i) => `worker-${i + 1}`)
  const cells = names.flatMap((source) => names.map((target) => cell(source, target, 3, target === 'worker-7' ? 3 : 0)))
  const text = matrixText(answer(table(names, cells)), { width: 300, whole: false }, plain)
  t.match(text, /^left out: 20 of 60 rows and 59 of 60 columns, those without failures first; -o json or csv has all$/m)
  t.match(text, /^ *worker-7$/m)
  const one = cells.map((row) => (row.source === 'worker-3' ? row : { ...row, failures: 0 }))
  t.match(
    matrixText(answer(table(names, one)), { width: 300, whole: false }, plain),
    /\nworker-3 +✕\nleft out: 59 of 60 rows/,
  )
  const none = cells.map((row) => ({ ...row, failures: 0 }))
  const quiet = matrixText(answer(table(names, none)), { width: 80, whole: false }, plain)
  t.match(quiet, /^left out: 60 of 60 rows and 60 of 60 columns/m)
})

t.test('no line is wider than the terminal, however long the names', async (t) => {
  const names = Array.from({ length: 30 }, (_, i) => `ip-10-0-${i}-117.eu-west-1.compute.internal`)
  const cells = names.flatMap((source) => names.map((target) => cell(source, target, 3, 3)))
  for (const width of [40, 60, 80, 120, 200]) {
    for (const columns of [names, names.map((name) => `kube-system/${name}`)]) {
      const renamed = cells.map((row, i) => ({ ...row, target: columns[i % 30] ?? '' }))
      const text = matrixText(answer(table(names, renamed, columns)), { width, whole: true }, plain)
      const grid = text
        .split('\n')
        .slice(5)
        .filter((line) => line.includes('✕ ') && !line.includes('works'))
      t.ok(
        grid.every((line) => [...line].length <= width),
        `${width}`,
      )
      if (columns !== names) t.match(text, /^ ?1 = kube-system\/ip-10-0-/m, 'numbers are explained')
    }
  }
})

t.test('csv has every cell', async (t) => {
  t.equal(
    matrixCsv(answer({ ...small, variant: 'external', cells: [cell('a', 'x,"y"', 4, 1)] })),
    'check,variant,source,target,attempts,failures,reasons,p50_ms,p99_ms,age_seconds\n' +
      'peer_tcp,external,a,"x,""y""",4,1,timeout:1,,,2\n',
  )
})
