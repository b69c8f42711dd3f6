import type { Count, NodeAnswer, NodesAnswer } from '../../model/api.ts'
import type { Paint } from '../check-text.ts'
import { markOf } from '../table-cells.ts'
import { aligned, type Column } from './aligned.ts'

const heading = ['NODE', 'ZONE', 'AGENT', 'FAILED TO IT', 'FAILED FROM IT', 'FINDINGS']

/** One line a node: how much of what others ask it fails, and of what it asks. */
export function nodesText({ nodes }: Pick<NodesAnswer, 'nodes'>, paint: Paint): string {
  if (nodes.length === 0) return 'no nodes are known\n'
  return `${aligned(heading, nodes.map(columnsOf), paint).join('\n')}\n`
}

function columnsOf({ node, zone, cordoned, agent, to, from, findings }: NodeAnswer): readonly Column[] {
  const tones = { heard: 'good', silent: 'bad', none: 'quiet' } as const
  return [
    { text: node },
    { text: zone === '' ? '-' : zone },
    { text: `${agent}${cordoned ? ', cordoned' : ''}`, tone: tones[agent] },
    countOf(to),
    countOf(from),
    { text: findings.join(', '), tone: 'bad' },
  ]
}

function countOf(count: Count): Column {
  const { tone } = markOf(count)
  return count.attempts === 0 ? { text: '?', tone } : { text: `${count.failures} of ${count.attempts}`, tone }
}
