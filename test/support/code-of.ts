const comment = String.raw`\/\*[\s\S]*?\*\/|\/\/[^\n]*`
const quoted = String.raw`'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"`
/** A slash begins a pattern only where no value stands before it that could be divided. */
const pattern = String.raw`(?<=(?:[=(,:?&|!{}[;>+]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`
const token = new RegExp(`(?<comment>${comment})|(?<text>${quoted}|${pattern})|[^'"/\`{}]+|[\\s\\S]`, 'y')
/** What stands in a template up to its end, or up to code within it. */
const templateText = /(?:\\[\s\S]|[^`\\$]|\$(?!\{))*(?<end>`|\$\{|$)/y

/** Source text without comments and with all texts and patterns emptied; code within templates stays. */
export function codeOf(source: string): string {
  const code: string[] = []
  /** For each template whose code we are in: how many braces are open there. */
  const braces: number[] = []
  for (let at = 0; at < source.length; ) {
    const { 0: found = '', groups } = matchAt(token, source, at)
    at += found.length
    const closes = found === '}' && braces.at(-1) === 0
    if (found === '`' || closes) {
      const skipped = matchAt(templateText, source, at)
      at += skipped[0].length
      const opens = skipped.groups?.['end'] === '${'
      if (closes) braces.pop()
      if (opens) braces.push(0)
      code.push(closes ? ")+''" : "''", opens ? '+(' : '')
      continue
    }
    if (found === '{' || found === '}') braces.push((braces.pop() ?? 0) + (found === '{' ? 1 : -1))
    if (groups?.['comment'] === undefined) code.push(groups?.['text'] === undefined ? found : "''")
  }
  return code.join('')
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  if (found === null) throw new Error(`nothing fits at ${at} of ${text.length}`)
  return found
}
