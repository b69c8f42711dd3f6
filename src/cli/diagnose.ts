import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import type { Finding } from '../model/finding.ts'
import { boundedLines } from './bounded-lines.ts'
import { type Command, outputOption, type World } from './command.ts'
import { findingsText } from './findings-text.ts'
import { inputChunks } from './input-chunks.ts'
import { painterFor } from './paint.ts'
import { readRecording } from './read-recording.ts'
import { UsageError } from './usage-error.ts'

/** One round is none: every fault has to be seen twice. */
const roundsAtLeast = 2

export const diagnose: Command = {
  name: 'diagnose',
  summary: 'names the faults in a recording of rounds, as the aggregator would have',
  options: [
    { name: 'input', value: 'FILE', doc: 'the recording, as docs/rounds.md describes it; - for what is piped in' },
    outputOption('table'),
  ],
  takesSettings: false,
  examples: [
    { line: 'diagnose --input rounds.ndjson', doc: 'what was broken while the file was recorded' },
    { line: 'diagnose --input - -o json', doc: 'the same for what is piped in, for scripts' },
  ],
  async run(given, world) {
    const path = given.value('input')
    if (path === undefined) throw new UsageError('diagnose: expected --input FILE, got nothing')
    const { rounds, findings } = await diagnosed(path, world)
    const verdict = verdictOf(rounds, findings)
    const json = given.value('output') === 'json'
    const report = { verdict, rounds, findings }
    world.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : findingsText(report, painterFor(world)))
    return verdict
  },
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
