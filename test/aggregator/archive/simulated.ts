import { gzipSync } from 'node:zlib'

import { createArchive } from '../../../src/aggregator/archive/archive.ts'
import { endMs } from '../../../src/aggregator/archive/fresh-rounds.ts'
import type { History } from '../../../src/aggregator/history/history.ts'
import { createDiagnosis } from '../../../src/diagnosis/diagnosis.ts'
import type { Census } from '../../../src/model/census.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { RoundInput } from '../../../src/model/recording.ts'
import { ndjson } from '../../../src/model/recording-lines.ts'
import { podNetworkCut } from '../../../src/simulate/scenarios/list.ts'
import { type SimulateOptions, simulate } from '../../../src/simulate/simulate.ts'

/** Rounds of a cluster whose node `cut` loses its pods' network in the eighth of them, and what is found. */
export interface Simulated {
  readonly inputs: readonly RoundInput[]
  readonly findings: readonly Finding[]
  readonly cut: string
}

export function simulated(rounds = 16, options: Partial<SimulateOptions> = {}): Simulated {
  const diagnosis = createDiagnosis()
  const inputs: RoundInput[] = []
  let findings: readonly Finding[] = []
  let cut = ''
  const cluster = { nodes: 12, zones: 3, noise: 'N0', seed: 5, ...options } as const
  for (const { input, truths } of simulate({ ...cluster, scenario: podNetworkCut })) {
    inputs.push(input)
    findings = diagnosis.observe(input)
    cut = truths[0]?.entity ?? cut
    if (inputs.length === rounds) break
  }
  return { inputs, findings, cut }
}

export interface ArchiveOptions {
  readonly findings?: readonly Finding[]
  readonly history?: History
  /** Whether rounds are thinned while they are read, as an aggregator does. */
  readonly isThin?: boolean
  /** After the end of the newest round. */
  readonly laterMs?: number
}

/** An archive of these inputs, a second and a half after the last of them. */
export function archiveOf(
  inputs: readonly RoundInput[],
  { findings = [], history, laterMs = 1500, isThin = true }: ArchiveOptions = {},
) {
  const asked: number[] = []
  const nowMs = newestEndMs(inputs) + laterMs
  const archive = createArchive({
    inputs(window, untilMs, thin) {
      asked.push(window)
      const over = inputs.filter(({ round, roundSeconds }) => endMs(round, roundSeconds) <= untilMs).slice(-window)
      return isThin ? over.map((input) => ({ ...input, rounds: input.rounds.map(thin) })) : over
    },
    ...{ census: () => censusOf(inputs.at(-1)), history, findings: () => findings, wallMs: () => nowMs },
    gzipped: () => gzipSync(ndjson(inputs.flatMap(({ view, pull, rounds }) => [view, pull, ...rounds]))),
  })
  return { archive, nowMs, asked }
}

export function newestEndMs(inputs: readonly RoundInput[]): number {
  const newest = inputs.at(-1)
  return newest === undefined ? 0 : endMs(newest.round, newest.roundSeconds)
}

function censusOf(newest: RoundInput | undefined): Census {
  const { viewHash = '', nodes = [], replicas = [] } = newest?.view ?? {}
  const agents = nodes.map(({ node, podUid }) => ({ node, podUid, host: '127.0.0.1', port: 1 }))
  return { viewHash, nodes, replicas, agents }
}

/** An input like another, of so many nodes that ask so many peers each. */
export function wideInput(like: RoundInput | undefined, nodes: number, peers: number): RoundInput {
  if (like === undefined) throw new Error('expected an input')
  const names = Array.from({ length: nodes }, (_, i) => `node-${i + 1}`)
  const pair = (peer: string) => ({ peer, check: 'peer_tcp', family: 4, ok: 1, failed: 0, latency: [] }) as const
  const [round] = like.rounds
  const rounds = names.flatMap((node) =>
    round === undefined ? [] : { ...round, node, ok: [], fails: [], stable: names.slice(0, peers).map(pair) },
  )
  const [node] = like.view.nodes
  const view = { ...like.view, nodes: names.flatMap((name) => (node === undefined ? [] : { ...node, node: name })) }
  return { ...like, view, rounds }
}
