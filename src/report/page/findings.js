const section = document.getElementById('findings')

/** Shows what is at fault. Returns the open findings in a word each. */
export async function showFindings() {
  const response = await fetch('api/v1/findings')
  if (!response.ok) return []
  const { findings } = await response.json()
  section.hidden = findings.length === 0
  section.replaceChildren(...findings.map(card))
  return findings.filter(({ state }) => state === 'open').map(titleOf)
}

function card(finding) {
  const { state, confidence, text, alternatives, nextStep } = finding
  const article = document.createElement('article')
  article.className = state
  const sure = element('span', state === 'open' ? `${confidence} confidence` : state)
  sure.className = 'sure'
  article.append(element('h2', titleOf(finding), sure), element('p', text))
  if (alternatives.length > 0) {
    const others = alternatives.map((other) => `${other.fault} ${nameOf(other.entity)}`)
    article.append(element('p', `It could also be: ${others.join(', ')}.`))
  }
  article.append(element('p', `Next: ${nextStep}`))
  return article
}

function titleOf({ fault, entity }) {
  return `${fault} · ${nameOf(entity)}`
}

function nameOf({ name, endpoint }) {
  return endpoint === undefined ? name : `${name} (${endpoint})`
}

function element(tag, text, ...children) {
  const one = document.createElement(tag)
  one.append(text, ...children)
  return one
}
