const newline = 10

/**
 * The lines in a stream of bytes; one that the end of the stream cut off is no line. Throws a RangeError at a line of
 * more than `bytesAtMost`, before it fills the memory.
 */
export async function* boundedLines(chunks: AsyncIterable<Buffer>, bytesAtMost: number): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    let from = 0
    while (from < chunk.length) {
      const end = chunk.indexOf(newline, from)
      const part = chunk.subarray(from, end === -1 ? chunk.length : end)
      bytes += part.length
      if (bytes > bytesAtMost) throw new RangeError(`Expected at most ${bytesAtMost} bytes a line, got more`)
      parts.push(part)
      if (end === -1) break
      yield Buffer.concat(parts).toString()
      parts = []
      bytes = 0
      from = end + 1
    }
  }
}
