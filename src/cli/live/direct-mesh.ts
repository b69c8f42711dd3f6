import { systemClock } from '../../agent/system-clock.ts'
import { createArchive } from '../../aggregator/archive/archive.ts'
import { isAbout } from '../../aggregator/archive/naming.ts'
import { createDiagnosis } from '../../diagnosis/diagnosis.ts'
import { type MatrixAnswer, type Standing, windowRounds } from '../../model/api.ts'
import type { Census } from '../../model/census.ts'
import type { Finding } from '../../model/finding.ts'
import type { RoundInput } from '../../model/recording.ts'
import { thisBuild } from '../build.ts'
import { UsageError } from '../usage-error.ts'
import { directCensus } from './direct-census.ts'
import { inputsOf } from './direct-inputs.ts'
import { joinedMatrices } from './joined-matrices.ts'
import type { Cluster } from './kube-cluster.ts'
import type { Mesh } from './mesh.ts'
import { pullAgents } from './pull-agents.ts'
import { UnreachedError } from './unreached-error.ts'
import type { Where } from './where.ts'

const agentsPort = 7792
const troublesTold = 5

/** What the agents themselves tell, without an aggregator: read once, and judged in this process. */
export async function directMesh(cluster: Cluster, where: Where, signal: AbortSignal): Promise<Mesh> {
  const { namespace, localPort: port = agentsPort } = where
  let aheadMs = 0
  const get: Cluster['get'] = async (path, limited) => {
    const answer = await cluster.get(path, limited)
    if (answer.dateMs !== undefined) aheadMs = answer.dateMs - systemClock.wallMs()
    return answer
  }
  const { census, podNames, troubles } = await directCensus({ ...cluster, get }, namespace, signal)
  const pulled = await pullAgents(cluster, census.agents, { namespace, port, podNames }, signal)
  const inputs = inputsOf(census, pulled)
  const unread = pulled.flatMap(({ trouble }) => trouble ?? [])
  if (inputs.length === 0) throw new UnreachedError(nobody(census.agents.length, unread))
  const standing: Standing = {
    ...{ cluster: cluster.name, replica: 'this command', version: thisBuild().version },
    ...endOf(inputs),
    nodes: census.nodes.length,
    agents: census.agents.length,
    heard: census.agents.length - unread.length,
    troubles: [...troubles, ...told(unread)],
  }
  return judged(standing, census, inputs, () => systemClock.wallMs() + aheadMs)
}

/** Answers as an aggregator's archive would. */
function judged(standing: Standing, census: Census, inputs: readonly RoundInput[], nowMs: () => number): Mesh {
  const findings = openIn(inputs)
  const archive = createArchive({
    inputs: (window, untilMs) => before(inputs, untilMs).slice(-window),
    census: () => census,
    history: undefined,
    findings: () => findings,
    gzipped: () => new Uint8Array(),
    wallMs: nowMs,
  })
  return {
    nowMs,
    findings: async () => ({ standing, findings }),
    matrix: (query) => wholeMatrix((after) => archive.matrix({ ...query, window: windowRounds.usual, ...after })),
    nodes: async () => ({ standing, nodes: await archive.nodes() }),
    async pair(source, target) {
      const paths = await archive.pair(source, target)
      const about = findings.filter((finding) => isAbout(finding, source) || isAbout(finding, target))
      return paths && { standing, source, target, paths, findings: about }
    },
    history: noHistory,
    told: noHistory,
  }
}

async function wholeMatrix(page: (after: { readonly after?: string }) => Promise<MatrixAnswer>): Promise<MatrixAnswer> {
  let all = await page({})
  while (all.next !== undefined) {
    const { next, ...known } = all
    all = joinedMatrices(known, await page({ after: next }))
  }
  return all
}

async function noHistory(): Promise<never> {
  throw new UsageError('history: expected an aggregator, got --direct; agents keep their last 24 rounds only')
}

function openIn(inputs: readonly RoundInput[]): readonly Finding[] {
  const diagnosis = createDiagnosis()
  let findings: readonly Finding[] = []
  for (const input of inputs) findings = diagnosis.observe(input)
  return findings.filter(({ state }) => state !== 'closed')
}

/** Rounds are counted from 1970. */
function endMs({ round, roundSeconds }: RoundInput): number {
  return (round + 1) * roundSeconds * 1000
}

function endOf(inputs: readonly RoundInput[]): Pick<Standing, 'round' | 'judgedAt' | 'roundSeconds'> {
  const newest = inputs.at(-1)
  if (newest === undefined) return { roundSeconds: 10 }
  const { round, roundSeconds } = newest
  return { round, judgedAt: new Date(endMs(newest)).toISOString(), roundSeconds }
}

function before(inputs: readonly RoundInput[], untilMs: number): readonly RoundInput[] {
  return inputs.filter((input) => endMs(input) <= untilMs)
}

function told(unread: readonly string[]): readonly string[] {
  const more = unread.length - troublesTold
  return [...unread.slice(0, troublesTold), ...(more > 0 ? [`and ${more} agents more cannot be read`] : [])]
}

function nobody(agents: number, unread: readonly string[]): string {
  if (unread.length === 0) return `none of ${agents} agents has ended a round yet; ask again in half a minute`
  return `none of ${agents} agents could be read; ${unread[0]}`
}
