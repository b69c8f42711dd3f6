import { StringDecoder } from 'node:string_decoder'

import { UsageError } from './usage-error.ts'

/** The view of ten thousand nodes has a tenth of this. */
const lineAtMost = 16 * 1024 * 1024

/** Text cut into lines; a line that does not end is refused before it fills the memory. */
export async function* boundedLines(
  chunks: AsyncIterable<Buffer | string>,
  limit = lineAtMost,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let [rest, number] = ['', 1]
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield bounded(line, number, limit)
      number += 1
    }
    bounded(rest, number, limit)
  }
  if (rest !== '') yield rest
}

function bounded(line: string, number: number, limit: number): string {
  if (line.length <= limit) return line
  throw new UsageError(`line ${number}: longer than ${limit} characters; a recording has one JSON object a line`)
}
