import { linesOf, lookOf } from './cell.js'
import { hideTip, showTip } from './tip.js'

/** Draws a panel, or brings the one that is there up to date: what is focused stays focused. */
export function drawPanel(parent, panel) {
  const shape = JSON.stringify([panel.rows, panel.columns.map(({ name, short }) => [name, short])])
  let section = document.getElementById(panel.key)
  if (section?.dataset.shape !== shape) {
    const fresh = build(panel)
    fresh.dataset.shape = shape
    if (section === null) parent.append(fresh)
    else section.replaceWith(fresh)
    section = fresh
  }
  update(section, panel)
}

function build({ key, title, doc, rows, columns }) {
  const section = make('section', { id: key, className: 'panel' })
  const heading = make('h2', { textContent: title, title: doc })
  const table = make('table', { className: columns.some(({ short }) => short.length > 3) ? 'upright' : 'plain' })
  table.setAttribute('aria-label', `${title}: ${doc}`)
  table.setAttribute('role', 'grid')
  const head = make('tr', {})
  head.append(make('td', { className: 'corner' }), ...columns.map((column) => header(column, 'col')))
  const body = make('tbody', {})
  body.append(...rows.map((row) => rowOf(row, columns)))
  table.append(make('thead', {}), body)
  table.tHead.append(head)
  const first = body.querySelector('td')
  if (first !== null) first.tabIndex = 0
  listen(table)
  section.append(heading, table, make('p', { className: 'words' }))
  return section
}

function rowOf(row, columns) {
  const line = make('tr', {})
  line.append(header(row, 'row'), ...columns.map(() => make('td', { tabIndex: -1 })))
  return line
}

function header({ name, short }, scope) {
  const cell = make('th', { scope, title: name, abbr: name })
  cell.append(make('span', { textContent: short }))
  return cell
}

function update(section, { rows, columns, words }) {
  const lines = section.querySelector('tbody').rows
  for (const [r, { name: row }] of rows.entries()) {
    for (const [c, column] of columns.entries()) {
      const cell = column.matrix.cells[row]?.[column.name]
      const { kind, text } = lookOf(cell)
      const td = lines[r].cells[c + 1]
      td.lines = linesOf(cell, row, column)
      const label = td.lines.join(', ')
      if (td.className !== kind) td.className = kind
      if (td.textContent !== text) td.textContent = text
      if (td.ariaLabel !== label) td.ariaLabel = label
    }
  }
  section.querySelector('.words').textContent = words.length === 0 ? '' : words.join(' · ')
  section.classList.toggle('bad', words.length > 0)
}

function listen(table) {
  const cellAt = (event) => event.target.closest('tbody td')
  table.addEventListener('pointerover', (event) => point(table, cellAt(event)))
  table.addEventListener('pointerleave', () => point(table, null))
  table.addEventListener('focusin', (event) => point(table, cellAt(event)))
  table.addEventListener('focusout', () => point(table, null))
  table.addEventListener('keydown', (event) => move(table, event))
}

function point(table, cell) {
  for (const marked of table.querySelectorAll('.pointed')) marked.classList.remove('pointed')
  if (cell === null) return hideTip()
  cell.parentElement.cells[0].classList.add('pointed')
  table.tHead.rows[0].cells[cell.cellIndex].classList.add('pointed')
  showTip(cell)
}

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

function move(table, event) {
  const step = steps[event.key]
  const from = event.target.closest('tbody td')
  if (event.key === 'Escape') return hideTip()
  if (step === undefined || from === null) return
  event.preventDefault()
  const rows = table.tBodies[0].rows
  const to = rows[from.parentElement.sectionRowIndex + step[0]]?.cells[from.cellIndex + step[1]]
  if (to === undefined || to.tagName !== 'TD') return
  from.tabIndex = -1
  to.tabIndex = 0
  to.focus()
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties)
}
