import { readFileSync } from 'node:fs'
import t from 'tap'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/diagnosis.md', root), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) => line.split(' | '))

t.test('docs/diagnosis.md names for each pitfall a test that is there', async (t) => {
  t.equal(rows.length, 23)
  for (const [number = '', pitfall, , tests = ''] of rows) {
    for (const name of tests.split('<br>')) t.ok(isThere(name), `${number.slice(2)} ${pitfall}: ${name}`)
  }
})

/** `file: title`; a file without a path is one of these tests. */
function isThere(name: string): boolean {
  const [, file = '', title = ''] = /^(.*?): (.*)$/.exec(name) ?? []
  const path = file.includes('/') ? file : `test/diagnosis/${file}.test.ts`
  return readFileSync(new URL(path, root), 'utf8').includes(title)
}
