import { stripVTControlCharacters } from 'node:util'

import t from 'tap'

import { afterKey, firstMenu, type Menu, type Wish } from '../../src/demo/menu.ts'
import { screenLines } from '../../src/demo/screen.ts'
import { dnsReplicas, nodeNames } from '../../src/demo/topology.ts'
import { checkNames, checks } from '../../src/model/check.ts'
import type { Cell, Matrix } from '../../src/model/matrix.ts'
import { findingOf } from '../support/findings.ts'

const good: Cell = { attempts: 2, failures: 0, reasons: {}, round: 1 }
const bad: Cell = { attempts: 2, failures: 2, reasons: { timeout: 2 }, round: 1 }

/** Every check, node-3 cut off in all of them. */
const matrices: readonly Matrix[] = checkNames.map((check) => {
  const columns = checks[check].subject === 'peer' ? nodeNames : dnsReplicas.map(({ name }) => name)
  const rowOf = (from: string) =>
    new Map(columns.filter((to) => to !== from).map((to) => [to, [from, to].includes('node-3') ? bad : good]))
  return { check, rows: nodeNames, columns, cells: new Map(nodeNames.map((from) => [from, rowOf(from)])) }
})

const findings = ['node-3', 'node-4', 'node-5', 'node-6'].map((name) =>
  findingOf('pod_network_cut', { kind: 'node', name }),
)

const enter = '\r'
const down = '\u001b[B'
const up = '\u001b[A'
const back = '\u001b'

function pressed(keys: readonly string[]): { readonly menu: Menu; readonly wishes: readonly Wish[] } {
  const wishes: Wish[] = []
  let menu = firstMenu
  for (const key of keys) {
    const step = afterKey(menu, key, matrices.length)
    menu = step.menu
    if (step.wish !== undefined) wishes.push(step.wish)
  }
  return { menu, wishes }
}

function screenAfter(keys: readonly string[], size = { columns: 80, rows: 24 }): readonly string[] {
  const { menu } = pressed(keys)
  const active = [{ fault: 'pod_network_cut', target: 'node-3' }]
  return screenLines({ matrices, findings, active, menu, url: 'http://127.0.0.1:8085/' }, size).map(
    stripVTControlCharacters,
  )
}

t.test('the screen fits whatever terminal it is drawn in', (t) => {
  const sizes = [
    { columns: 80, rows: 24 },
    { columns: 40, rows: 10 },
    { columns: 20, rows: 5 },
    { columns: 200, rows: 60 },
  ]
  for (const size of sizes) {
    for (const keys of [[], ['f'], ['f', enter], [down, down, down, down, down]]) {
      const lines = screenAfter(keys, size)
      const widest = Math.max(...lines.map((line) => line.length))
      t.ok(lines.length <= size.rows, `${lines.length} lines in ${size.rows}`)
      t.ok(widest <= size.columns, `${widest} columns in ${size.columns}`)
    }
  }
  t.end()
})

t.test('the screen shows the chosen matrix with a mark in every cell', (t) => {
  const text = screenAfter([]).join('\n')
  t.match(text, 'broken: pod_network_cut=node-3')
  t.match(text, 'found  pod_network_cut node-3 (high confidence): node-3: pods are cut off')
  t.notMatch(text, 'node-6 (high', 'as many as leave room for the matrix')
  t.match(text, /›\s*peer_http +✕ 22\/132/)
  t.match(text, /\n.* 1 {2}\? {2}· {2}✕ {2}· /, 'row 1: itself unknown, 2 works, 3 fails')
  t.end()
})

t.test('keys lead to a fault, set it, and lead back', (t) => {
  const there = pressed(['f', up, enter, down])
  t.match(there.menu, { at: 'targets', row: 1, matrix: 0 })
  t.same(pressed(['f', up, enter, down, enter]).wishes, [
    { wish: 'toggle', fault: { fault: 'zone_one_way', target: 'zone-a:zone-c' } },
  ])
  t.match(pressed([down, 'f', enter, back, back]).menu, { at: 'matrices', row: 1 })
  t.same(pressed(['h', 'q', '\u0003']).wishes, [{ wish: 'heal' }, { wish: 'quit' }, { wish: 'quit' }])
  t.match(pressed([up]).menu, { row: matrices.length - 1 }, 'round and round')
  t.end()
})
