import { peerOf } from '../../src/discovery/static.ts'
import { epochRounds, viewOf } from '../../src/model/peer-choice.ts'
import type { ViewLine } from '../../src/model/recording.ts'
import type { Round } from '../../src/model/round.ts'
import { podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { ipOf, roundsPort } from './addresses.ts'

/** What agents saw in a few rounds, to be told again and again under the number of the day. */
export interface Templates {
  readonly view: ViewLine
  /** As the settings of an aggregator list them. */
  readonly peers: readonly ReturnType<typeof listed>[]
  /** By round, then by agent. Every fourth tells whom it probes, as in life. */
  readonly rounds: readonly (readonly string[])[]
}

/** Two epochs in which all is well, and two in which the pods of one node are cut off. */
const epochs = 4

export function templatesFor(nodes: number): Templates {
  const inputs = []
  const options = { nodes, zones: 3, scenario: podNetworkCut, noise: 'N2', seed: 1 } as const
  for (const { input } of simulate(options)) {
    if (inputs.length > 0 || input.round % epochRounds === 0) inputs.push(input)
    if (inputs.length === epochs * epochRounds) break
  }
  const view = inputs[0]?.view
  if (view === undefined) throw new Error('nothing was simulated')
  const peers = view.nodes.map(listed)
  const { hash } = viewOf(peers.map((peer) => peerOf({ ...peer, roundsPort, hostIps: [], hostPort: 1 })))
  const known = new Map<string, string>()
  const rounds = inputs.map(({ round, rounds: told }) => {
    for (const one of told) if (one.round === round) known.set(one.node, stamped(one, hash))
    return view.nodes.map(({ node }) => known.get(node) ?? '')
  })
  // Who was not heard in the first rounds tells what it told later.
  return { view, peers, rounds: rounds.map((lines) => lines.map((line, i) => line || (rounds.at(-1)?.[i] ?? ''))) }
}

function listed({ node, zone, podUid }: ViewLine['nodes'][number], index: number) {
  // Short, for a file of settings has a limit; rounds are on the usual port.
  return { node, zone, podUid, ips: [ipOf(index)], port: 1 }
}

/** What differs from round to round stands where it is easily put in. */
function stamped(round: Round, viewHash: string): string {
  return JSON.stringify({ ...round, viewHash, bootId: 'bench', round: 0, seq: 0 })
}

export function told(template: string, round: number): string {
  return `${template.replace('"round":0', `"round":${round}`).replace('"seq":0', `"seq":${round}`)}\n`
}
