const narrow = 2

/**
 * One panel a matrix. Checks that have but one or two targets share a panel, a column each: a table of twelve rows and
 * one column says less on more space.
 */
export function panelsOf(matrices) {
  const wide = matrices.filter(({ subject, columns }) => subject === 'peer' || columns.length > narrow)
  const panels = wide.map((matrix) => ({
    key: `panel-${matrix.check}-${matrix.variant ?? 'all'}`,
    title: titleOf(matrix),
    doc: matrix.doc,
    words: matrix.words,
    rows: shortened(matrix.rows),
    columns: shortened(matrix.columns).map((column) => ({ ...column, matrix })),
  }))
  const slim = matrices.filter((matrix) => !wide.includes(matrix) && matrix.columns.length > 0)
  if (slim.length > 0) panels.push(sharedPanel(slim))
  return panels
}

function sharedPanel(matrices) {
  return {
    key: 'panel-shared',
    title: 'services, ingress, API',
    doc: 'what every node asks at one or two addresses: a column each',
    words: matrices.flatMap(({ check, words }) => words.map((text) => `${check}: ${text}`)),
    rows: shortened(matrices[0].rows),
    columns: matrices.flatMap((matrix) =>
      matrix.columns.map((name) => ({
        name,
        short: matrix.columns.length > 1 ? name : titleOf(matrix),
        matrix,
      })),
    ),
  }
}

export function titleOf({ check, variant }) {
  return variant === undefined ? check : `${check} · ${variant}`
}

/** `node-1`, `node-2` … as `1`, `2` …: what all have in common is no news. */
function shortened(names) {
  const prefix = /^(.*?)\d+$/.exec(names[0] ?? '')?.[1] ?? ''
  const common =
    prefix !== '' && names.every((name) => /^\d+$/.test(name.slice(prefix.length)) && name.startsWith(prefix))
  return names.map((name) => ({ name, short: common ? name.slice(prefix.length) : name }))
}
