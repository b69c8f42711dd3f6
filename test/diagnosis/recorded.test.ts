import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'

import t from 'tap'

import { boundedLines } from '../../src/cli/bounded-lines.ts'
import { readRecording } from '../../src/cli/read-recording.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { Finding } from '../../src/model/finding.ts'

const recordings = join(import.meta.dirname, 'recordings')
interface Truth {
  readonly fault: string
  readonly entity: string
}
/** One fault, none, or one after another. */
type Expected = Readonly<Record<string, Truth | 'none' | readonly Truth[]>>
const expected: Expected = JSON.parse(readFileSync(join(recordings, 'expected.json'), 'utf8'))

t.test('every recording has a word on what should be found in it', async (t) => {
  const files = readdirSync(recordings).filter((file) => file.endsWith('.ndjson.gz'))
  t.strictSame(files.map((file) => file.replace('.ndjson.gz', '')).sort(), Object.keys(expected).sort())
})

/** What a fault did to real agents on a real network: clean rounds, a few with the fault, and what healing looks like. */
for (const [name, truth] of Object.entries(expected)) {
  t.test(`${name} on a real cluster`, async (t) => {
    const { byRound, found } = await findingsIn(join(recordings, `${name}.ndjson.gz`))
    const truths = truth === 'none' ? [] : [truth].flat()
    const wanted = truths.map(({ fault, entity }) => `${fault} ${entity}`)
    t.strictSame([...found.values()].map(wordOf), wanted, 'found in the end, and nothing else ever')
    const open = byRound.map((findings) => findings.filter(({ state }) => state === 'open'))
    t.ok(
      open.every(({ length }) => length <= 1),
      'one at a time',
    )
    const [soonest] = truths
    if (soonest === undefined) return
    const first = byRound.findIndex((findings) => findings.length > 0)
    const said = byRound[first]?.[0]
    t.equal(said && placeOf(said.entity.name), placeOf(soonest.entity), 'of the right place from the beginning')
    t.ok(said?.text.includes(said.entity.name) && said.evidence.length > 0, said?.text ?? 'nothing said')
  })
}

t.test('a stale kube-proxy is told with the endpoints that were replaced', async (t) => {
  const { found } = await findingsIn(join(recordings, 'kube_proxy_while_pods_leave.ndjson.gz'))
  const texts = [...found.values()].filter(({ fault }) => fault === 'kube_proxy').map(({ text }) => text)
  t.match(texts, [/endpoints that are gone meanwhile: 198\.19\.129\.4, 198\.19\.130\.4, 198\.19\.131\.4$/])
})

/** What looked like a fault to an aggregator that had not seen it begin: nodes and pods that leave and join. */
for (const file of readdirSync(join(recordings, 'quiet'))) {
  t.test(`${file.replace('.ndjson.gz', '')} on a real cluster is no fault`, async (t) => {
    const { byRound, found } = await findingsIn(join(recordings, 'quiet', file))
    t.ok(byRound.length > 2)
    t.strictSame([...found.values()].map(wordOf), [])
  })
}

async function findingsIn(path: string) {
  const diagnosis = createDiagnosis()
  const found = new Map<string, Finding>()
  const byRound: (readonly Finding[])[] = []
  for await (const input of readRecording(boundedLines(createReadStream(path).pipe(createGunzip())))) {
    const findings = diagnosis.observe(input)
    byRound.push(findings)
    for (const finding of findings) found.set(finding.id, finding)
  }
  return { byRound, found }
}

/** Who cannot hear the other end does not see which way it is that is cut. */
function placeOf(name: string): string {
  return name.split(/[>|]/).sort().join('|')
}

function wordOf({ fault, entity }: Finding): string {
  return `${fault} ${entity.name}`
}
