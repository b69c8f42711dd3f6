import { nodesText } from '../report/answers/nodes-text.ts'
import { type Command, outputOption } from './command.ts'
import { askMesh, jsonText } from './live/ask-mesh.ts'
import { headline } from './live/live-text.ts'
import { whereOptions } from './live/where.ts'
import { painterFor } from './paint.ts'

export const nodes: Command = {
  name: 'nodes',
  summary: 'lists the nodes: whether their agents are heard, and how much fails to and from each',
  options: [outputOption('table'), ...whereOptions],
  takesSettings: false,
  examples: [{ line: 'nodes', doc: 'of the cluster of the current kubeconfig' }],
  run: (given, world) =>
    askMesh(given, world, async (mesh) => {
      const answer = await mesh.nodes()
      const table = () => `${headline(answer.standing, mesh.nowMs())}\n\n${nodesText(answer, painterFor(world))}`
      world.stdout.write(given.value('output') === 'json' ? jsonText(answer) : table())
      return 'ok'
    }),
}
