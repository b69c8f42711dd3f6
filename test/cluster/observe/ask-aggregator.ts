import { apiPaths, type MatrixAnswer } from '../../../src/model/api.ts'
import type { Place } from '../faults/scene.ts'

/** Where aggregators serve their API. */
const aggregatorPort = 7793
/** A matrix folds three rounds of 10 s at most when nobody asks for more, and one is under way. */
const staleAfterSeconds = 45
const timeoutMs = 30_000

export function urlOf({ ip }: Place, path: string): string {
  return `http://${ip}:${aggregatorPort}${path}`
}

/** The recording that an aggregator keeps, as it may be judged again elsewhere. */
export async function roundsOf(aggregator: Place): Promise<string> {
  return (await ask(aggregator, apiPaths.rounds)).text()
}

/** What an aggregator still shows of a node's own probes although nobody has refreshed it: none is how it should be. */
export async function staleCells(aggregator: Place, node: string): Promise<readonly string[]> {
  const { matrices } = (await (await ask(aggregator, `${apiPaths.matrix}?level=node`)).json()) as MatrixAnswer
  return matrices.flatMap(({ check, cells }) =>
    cells
      .filter(({ source, ageSeconds }) => source === node && ageSeconds > staleAfterSeconds)
      .map(({ target, ageSeconds }) => `${check} ${node} > ${target}: ${ageSeconds} s old`),
  )
}

async function ask(aggregator: Place, path: string): Promise<Response> {
  const answer = await fetch(urlOf(aggregator, path), { signal: AbortSignal.timeout(timeoutMs) })
  if (!answer.ok) throw new Error(`${path} of ${aggregator.pod} answered ${answer.status}`)
  return answer
}
