import { historyText, toldText } from '../report/answers/history-text.ts'
import { type Command, outputOption } from './command.ts'
import type { Exit } from './exit-code.ts'
import { askMesh, jsonText } from './live/ask-mesh.ts'
import { momentIn } from './live/moment.ts'
import { whereOptions } from './live/where.ts'
import { wholeNumber } from './number-option.ts'
import { painterFor } from './paint.ts'
import { UsageError } from './usage-error.ts'

const dayMs = 86_400_000

export const history: Command = {
  name: 'history',
  summary: 'lists what was found lately, or all that was said of one finding',
  operands: [{ name: 'ID', isOptional: true }],
  options: [
    { name: 'since', value: 'TIME', doc: 'from then on: 2026-11-21T17:00:00Z, or 24h for so long ago; 24h' },
    { name: 'limit', value: 'COUNT', doc: 'the newest so many; 100' },
    outputOption('table'),
    ...whereOptions,
  ],
  takesSettings: false,
  examples: [
    { line: 'history --since 7d', doc: 'what was found in the last week, the newest first' },
    { line: 'history pod_network_cut-k3j9x', doc: 'how one finding opened, was refined and closed' },
  ],
  run: (given, world) =>
    askMesh(given, world, async (mesh): Promise<Exit> => {
      const [id] = given.operands
      const isJson = given.value('output') === 'json'
      const paint = painterFor(world)
      if (id === undefined) {
        const limit = wholeNumber(given, 'limit', 100, { min: 1, max: 1000 })
        const answer = await mesh.history(momentIn(given, 'since', mesh.nowMs()) ?? mesh.nowMs() - dayMs, limit)
        world.stdout.write(isJson ? jsonText(answer) : historyText(answer, mesh.nowMs(), paint))
        return 'ok'
      }
      const answer = await mesh.told(id)
      if (answer === undefined) throw new UsageError(`history: expected the id of a finding that is kept, got "${id}"`)
      world.stdout.write(isJson ? jsonText(answer) : toldText(answer, paint))
      return 'ok'
    }),
}
