import { pathsText } from '../report/answers/pair-text.ts'
import { type Command, outputOption } from './command.ts'
import { findingParagraphs } from './findings-text.ts'
import { askMesh, jsonText } from './live/ask-mesh.ts'
import { whereOptions } from './live/where.ts'
import { painterFor } from './paint.ts'
import { UsageError } from './usage-error.ts'

export const pair: Command = {
  name: 'pair',
  summary: 'shows every path between two nodes, or a node and a shared target, both ways',
  operands: [{ name: 'SOURCE' }, { name: 'TARGET' }],
  options: [outputOption('table'), ...whereOptions],
  takesSettings: false,
  examples: [
    { line: 'pair node-1 node-2', doc: 'every check between two nodes, with latencies and reasons' },
    { line: 'pair node-1 kube-system/coredns-7c9-x2x', doc: 'what a node asks of a DNS replica' },
  ],
  run: (given, world) =>
    askMesh(given, world, async (mesh) => {
      const [source = '', target = ''] = given.operands
      const answer = await mesh.pair(source, target)
      if (answer === undefined) {
        throw new UsageError(`pair: expected names as nodes and matrix show them, got "${source}" and "${target}"`)
      }
      const paint = painterFor(world)
      const table = () => `${pathsText(answer.paths, paint)}\n${findingParagraphs(answer.findings, paint)}`
      world.stdout.write(given.value('output') === 'json' ? jsonText(answer) : `${table().trimEnd()}\n`)
      return 'ok'
    }),
}
