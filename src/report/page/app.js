import { showFaults } from './faults.js'
import { showFindings } from './findings.js'
import { drawPanel } from './grid.js'
import { panelsOf } from './panels.js'

const panels = document.getElementById('panels')
const headline = document.getElementById('headline')
const connection = document.getElementById('connection')

let etag = ''
/** What fails, path by path, and what is found to be its cause. */
let words
let found = []
let loading = false
let again = false

/** Loads the matrices, once at a time; asks again when something new came meanwhile. */
async function load() {
  again = loading
  if (loading) return
  loading = true
  try {
    const response = await fetch('page/matrix', { headers: etag === '' ? {} : { 'if-none-match': etag } })
    if (response.status === 200) {
      etag = response.headers.get('etag') ?? ''
      show(await response.json())
    }
    found = await showFindings()
    sayHeadline()
  } catch {
    // The event stream says when the server is gone, and calls us when it is back.
  } finally {
    loading = false
    if (again) load()
  }
}

function show({ matrices, words: told }) {
  words = matrices.length === 0 ? undefined : told
  const shown = panelsOf(matrices)
  for (const panel of shown) drawPanel(panels, panel)
  const keys = new Set(shown.map(({ key }) => key))
  for (const section of [...panels.children]) if (!keys.has(section.id)) section.remove()
}

/** The causes say it best; until they are known, what fails. */
function sayHeadline() {
  if (words === undefined) return
  const news = found.length > 0 ? found : words
  headline.textContent = news.length === 0 ? 'Every path works.' : news.slice(0, 3).join('  |  ')
  if (news.length > 3) headline.append(`  |  and ${news.length - 3} more`)
  headline.classList.toggle('bad', news.length > 0)
  document.title = news.length === 0 ? 'meshprobe' : `✕ ${news.length} · meshprobe`
}

function connected(state, text) {
  connection.dataset.state = state
  connection.textContent = text
}

const events = new EventSource('page/events')
events.addEventListener('open', () => {
  connected('live', 'live')
  load()
  showFaults()
})
events.addEventListener('error', () => connected('lost', 'no connection, trying again'))
events.addEventListener('matrix', load)
events.addEventListener('faults', showFaults)
load()
