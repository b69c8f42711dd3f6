import { networkInterfaces } from 'node:os'

import type { Test } from 'tap'

import type { MayRead } from '../../../src/aggregator/api/access.ts'
import { openApi } from '../../../src/aggregator/api/server.ts'
import type { Standing } from '../../../src/model/api.ts'
import type { Finding } from '../../../src/model/finding.ts'
import { archiveOf, type Simulated, simulated } from '../../aggregator/archive/simulated.ts'
import { fastDir, historyIn } from '../../aggregator/history/histories.ts'

export interface AggregatorOptions {
  readonly standing?: Partial<Standing>
  readonly findings?: readonly Finding[]
  readonly cluster?: Simulated
  readonly mayRead?: MayRead
  readonly addresses?: readonly string[]
}

/** A node of the simulated cluster is cut off: what is told of it is real, only the clock stands still. */
export const broken = simulated()

/** The API of an aggregator whose last round was judged two seconds ago. */
export async function startAggregator(t: Test, options: AggregatorOptions = {}) {
  const { cluster = broken, addresses = ['127.0.0.1'], mayRead } = options
  const { findings = cluster.findings } = options
  const { inputs } = cluster
  const newest = inputs.at(-1)
  const nodes = newest?.view.nodes.length ?? 0
  const judgedMs = Date.now() - 2000
  const { history } = historyIn(t, fastDir(t), { wallMs: () => judgedMs })
  history.noteFindings(judgedMs, findings)
  const { archive } = archiveOf(inputs, { findings, history })
  const standing: Standing = {
    ...{ cluster: 'prod', replica: 'aggregator-a', leader: 'aggregator-a', version: '1.2.3' },
    ...{ round: newest?.round ?? 0, judgedAt: new Date(judgedMs).toISOString(), roundSeconds: 10 },
    ...{ nodes, agents: nodes, heard: nodes, troubles: [] },
    ...options.standing,
  }
  const api = await openApi({
    ...{ addresses, port: 0, archive, ready: () => undefined, ...(mayRead && { mayRead }) },
    live: { standing: () => standing, findings: () => findings, onNews: () => () => {} },
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
  })
  t.teardown(() => api.close())
  return { port: api.port, url: `http://${addresses[0]}:${api.port}`, archive, findings }
}

/** An address of this machine that is no loopback: the API server lets no endpoint have one of those. */
export function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address
}
