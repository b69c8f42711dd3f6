const panel = document.getElementById('faults')
const form = document.getElementById('fault-form')
const name = document.getElementById('fault-name')
const target = document.getElementById('fault-target')
const doc = document.getElementById('fault-doc')
const list = document.getElementById('fault-list')
const healAll = document.getElementById('heal-all')
const error = document.getElementById('fault-error')

let known = []

/** Shows which faults there are and which are set. Only the demo has any. */
export async function showFaults() {
  const response = await fetch('demo/faults')
  if (!response.ok) return
  const { faults, active } = await response.json()
  if (known.length === 0) {
    known = faults
    name.replaceChildren(...faults.map(({ fault }) => new Option(fault, fault)))
    choose()
  }
  panel.hidden = false
  list.replaceChildren(...active.map(item))
  if (active.length === 0) list.append(Object.assign(document.createElement('li'), { textContent: 'nothing' }))
  healAll.hidden = active.length < 2
}

function choose() {
  const chosen = known.find(({ fault }) => fault === name.value)
  doc.textContent = chosen.doc
  target.replaceChildren(...chosen.targets.map((at) => new Option(at, at)))
  target.disabled = chosen.targets.length === 1
}

function item({ fault, target: at }) {
  const li = document.createElement('li')
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Heal' })
  button.setAttribute('aria-label', `Heal ${fault} at ${at}`)
  button.addEventListener('click', () => tell({ heal: `${fault}=${at}` }))
  li.append(Object.assign(document.createElement('span'), { textContent: `${fault} ${at}` }), button)
  return li
}

async function tell(what) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('demo/faults', { method: 'POST', headers, body: JSON.stringify(what) })
  error.textContent = response.ok ? '' : (await response.json()).error
}

name.addEventListener('change', choose)
healAll.addEventListener('click', () => tell({ heal: 'all' }))
form.addEventListener('submit', (event) => {
  event.preventDefault()
  tell({ set: `${name.value}=${target.value}` })
})
