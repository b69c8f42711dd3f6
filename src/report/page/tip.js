const tip = document.getElementById('tip')
const gap = 8

/** Says beside a cell what is known of it. */
export function showTip(cell) {
  tip.replaceChildren(
    ...cell.lines.map((line, index) =>
      Object.assign(document.createElement(index === 0 ? 'strong' : 'span'), { textContent: line }),
    ),
  )
  tip.hidden = false
  const at = cell.getBoundingClientRect()
  const { width, height } = tip.getBoundingClientRect()
  const below = at.bottom + gap + height < window.innerHeight
  const left = Math.min(Math.max(gap, at.left + at.width / 2 - width / 2), window.innerWidth - width - gap)
  tip.style.left = `${left + window.scrollX}px`
  tip.style.top = `${(below ? at.bottom + gap : at.top - gap - height) + window.scrollY}px`
}

export function hideTip() {
  tip.hidden = true
}
