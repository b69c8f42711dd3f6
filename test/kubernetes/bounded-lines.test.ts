import t from 'tap'

import { boundedLines } from '../../src/kubernetes/bounded-lines.ts'

async function linesOf(chunks: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of boundedLines(bytesOf(chunks), 10)) lines.push(line)
  return lines
}

async function* bytesOf(chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

t.test('lines end where they end, however they arrive', async (t) => {
  t.strictSame(await linesOf(['a\nb', 'c', '\n', '\nd\n']), ['a', 'bc', '', 'd'])
  t.strictSame(await linesOf([]), [])
})

t.test('a line that the end cut off is no line', async (t) => {
  t.strictSame(await linesOf(['a\n{"type":1}']), ['a'])
})

t.test('a line that is too long is refused before it ends, and each is counted on its own', async (t) => {
  t.strictSame(await linesOf(['123456789\n0123456789\n', '12345', '67890\n']), [
    '123456789',
    '0123456789',
    '1234567890',
  ])
  await t.rejects(linesOf(['a\n12345', '678901']), { message: 'Expected at most 10 bytes a line, got more' })
})
