import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import type { Finding } from '../model/finding.ts'
import { boundedLines } from './bounded-lines.ts'
import { type Command, type Given, outputOption, type World } from './command.ts'
import type { Exit } from './exit-code.ts'
import { findingsText } from './findings-text.ts'
import { inputChunks } from './input-chunks.ts'
import { askMesh, jsonText } from './live/ask-mesh.ts'
import { liveText } from './live/live-text.ts'
import { liveVerdict } from './live/live-verdict.ts'
import { whereOptions } from './live/where.ts'
import { painterFor } from './paint.ts'
import { readRecording } from './read-recording.ts'
import { UsageError } from './usage-error.ts'

/** One round is none: every fault has to be seen twice. */
const roundsAtLeast = 2

export const diagnose: Command = {
  name: 'diagnose',
  summary: 'names what is broken now, or was while a recording was made',
  options: [
    { name: 'input', value: 'FILE', doc: 'a recording, as docs/rounds.md describes it; - for what is piped in' },
    outputOption('text'),
    ...whereOptions,
  ],
  takesSettings: false,
  examples: [
    { line: 'diagnose', doc: 'what is broken now in the cluster of the current kubeconfig' },
    { line: 'diagnose --url http://127.0.0.1:8085', doc: 'the same where an aggregator can be reached directly' },
    { line: 'diagnose --direct', doc: 'the same without an aggregator, from the last rounds of every agent' },
    { line: 'diagnose --input rounds.ndjson -o json', doc: 'what was broken while a file was recorded, for scripts' },
  ],
  run(given, world) {
    const path = given.value('input')
    return path === undefined ? ofNow(given, world) : ofRecording(path, given, world)
  },
}

function ofNow(given: Given, world: World): Promise<Exit> {
  return askMesh(given, world, async (mesh) => {
    const answer = await mesh.findings()
    const verdict = liveVerdict(answer, mesh.nowMs())
    const isJson = given.value('output') === 'json'
    world.stdout.write(
      isJson ? jsonText({ ...verdict, ...answer }) : liveText(answer, verdict, mesh.nowMs(), painterFor(world)),
    )
    return verdict.verdict
  })
}

async function ofRecording(path: string, given: Given, world: World): Promise<Exit> {
  const surplus = whereOptions.find(({ name }) => given.has(name))
  if (surplus !== undefined) throw new UsageError(`diagnose: expected --input or --${surplus.name}, got both`)
  const { rounds, findings } = await diagnosed(path, world)
  const verdict = verdictOf(rounds, findings)
  const report = { verdict, rounds, findings }
  world.stdout.write(given.value('output') === 'json' ? jsonText(report) : findingsText(report, painterFor(world)))
  return verdict
}

/** Everything that was found, in the order in which it was, each as it was seen last. */
async function diagnosed(path: string, world: World) {
  const diagnosis = createDiagnosis()
  const found = new Map<string, Finding>()
  let rounds = 0
  for await (const input of readRecording(boundedLines(inputChunks(path, world)))) {
    world.signal.throwIfAborted()
    rounds += 1
    for (const finding of diagnosis.observe(input)) found.set(finding.id, finding)
  }
  return { rounds, findings: [...found.values()] }
}

function verdictOf(rounds: number, findings: readonly Finding[]): 'ok' | 'failed' | 'unknown' {
  if (findings.length > 0) return 'failed'
  return rounds < roundsAtLeast ? 'unknown' : 'ok'
}
