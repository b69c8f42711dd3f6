import type { Count, NodeAnswer } from '../../model/api.ts'
import type { Census } from '../../model/census.ts'
import { checks } from '../../model/check.ts'
import type { Finding } from '../../model/finding.ts'
import type { RoundInput, ViewNode } from '../../model/recording.ts'
import type { Round } from '../../model/round.ts'
import { byName } from './by-name.ts'
import type { Fresh } from './fresh-rounds.ts'
import { isAbout } from './naming.ts'

export interface NodesKnown {
  readonly census: Census
  readonly fresh: Fresh | undefined
  readonly findings: readonly Finding[]
}

/** Every node of the census, by name. */
export function nodeAnswers({ census, fresh, findings }: NodesKnown): readonly NodeAnswer[] {
  const { to, from } = countsOf(fresh?.rounds ?? [])
  const heard = heardIn(fresh?.newest)
  return census.nodes
    .map((node) => ({
      ...{ node: node.node, zone: node.zone, cordoned: node.cordoned },
      agent: agentOf(node, heard),
      to: to.get(node.node) ?? { attempts: 0, failures: 0 },
      from: from.get(node.node) ?? { attempts: 0, failures: 0 },
      findings: findings.filter((finding) => isAbout(finding, node.node)).map(({ id }) => id),
    }))
    .toSorted((a, b) => byName(a.node, b.node))
}

function agentOf({ node, podUid }: ViewNode, heard: ReadonlySet<string>): NodeAnswer['agent'] {
  if (podUid === '') return 'none'
  return heard.has(node) ? 'heard' : 'silent'
}

/** A round of before that comes late is no sign of the last one. */
function heardIn(newest: RoundInput | undefined): ReadonlySet<string> {
  const heard = new Set(newest?.rounds.map(({ node }) => node))
  for (const { node } of newest?.pull.failed ?? []) heard.delete(node)
  return heard
}

type Counts = Map<string, { -readonly [Name in keyof Count]: number }>

/** Successes at peers that are not stable are known by zone alone: they count for who asked, not for who answered. */
function countsOf(rounds: readonly Round[]): { readonly to: Counts; readonly from: Counts } {
  const [to, from]: [Counts, Counts] = [new Map(), new Map()]
  const note = (counts: Counts, node: string, attempts: number, failures: number) => {
    const count = counts.get(node) ?? { attempts: 0, failures: 0 }
    counts.set(node, count)
    count.attempts += attempts
    count.failures += failures
  }
  for (const { node, ok, stable, fails } of rounds) {
    const passed = ok.reduce((sum, { n }) => sum + n, 0)
    note(from, node, passed, 0)
    for (const pair of stable) if (pair.peer !== node) note(to, pair.peer, pair.ok + pair.failed, 0)
    // Most rounds have no failure, and then nothing can be counted twice.
    const counted = new Set(fails.length === 0 ? [] : stable.map((pair) => keyOf(pair, pair.peer)))
    for (const row of fails) {
      note(from, node, row.failed, row.failed)
      if (checks[row.check].subject !== 'peer' || row.target === node) continue
      // `n` is repeated in each of the rows of one peer, and has its failures in it.
      const key = keyOf(row, row.target)
      note(to, row.target, counted.has(key) ? 0 : row.n, row.failed)
      counted.add(key)
    }
  }
  return { to, from }
}

/** The same counts in a sixth of the rows: what has not failed is summed up, by peer. */
export function thinnedToCounts(round: Round): Round {
  const [first] = round.ok
  const n = round.ok.reduce((sum, row) => sum + row.n, 0)
  const stable = new Map<string, Round['stable'][number]>()
  for (const pair of round.stable) {
    const key = pair.failed > 0 ? keyOf(pair, pair.peer) : pair.peer
    stable.set(key, { ...pair, ok: pair.ok + (stable.get(key)?.ok ?? 0), latency: [] })
  }
  return { ...round, ok: first === undefined ? [] : [{ ...first, n }], stable: [...stable.values()], received: [] }
}

function keyOf({ check, variant, family }: Pick<Round['stable'][number], 'check' | 'variant' | 'family'>, to: string) {
  return `${check}/${variant ?? ''}/${family}/${to}`
}
