import { readFileSync } from 'node:fs'
import t from 'tap'
import { noFault } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { type Distance, distancesIn } from './distances.ts'

/** Below this, a round tells two faults apart less often than not. */
const apartFrom = 5

const page = readFileSync(new URL('../../docs/diagnosis.md', import.meta.url), 'utf8')

t.test('docs/diagnosis.md lists every two faults that one round does not tell apart', async (t) => {
  const rounds = simulate({ nodes: 30, zones: 3, scenario: noFault, noise: 'N0', seed: 1 }).take(1)
  const rows = [...rounds].flatMap(({ input }) => [
    ...close(distancesIn(input, true)).map((row) => [row, 'always'] as const),
    ...close(distancesIn(input, false)).map((row) => [row, 'while nobody can read its rounds'] as const),
  ])
  const seen = new Set<string>()
  const lines = rows.flatMap(([{ a, b, nats }, when]) => {
    if (seen.has(`${a} ${b}`)) return []
    seen.add(`${a} ${b}`)
    return [`| \`${a}\` | \`${b}\` | ${when} | ${nats < 1 ? '< 1' : Math.round(nats)} |`]
  })
  const table = ['| this | and this | when | nats a round |', '|---|---|---|---|', ...lines].join('\n')
  t.equal(between('<!-- pairs -->', '<!-- end of pairs -->').trim(), table)
})

function close(distances: readonly Distance[]): readonly Distance[] {
  return distances.filter(({ nats }) => nats < apartFrom).sort((p, q) => p.nats - q.nats)
}

function between(begin: string, end: string): string {
  const at = page.indexOf(begin)
  return at === -1 ? '' : page.slice(at + begin.length, page.indexOf(end, at))
}
