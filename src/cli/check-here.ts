import { createRoster } from '../agent/roster.ts'
import type { Result } from '../model/result.ts'
import { targetKey } from '../model/target.ts'
import { type CheckReport, checkReport } from '../report/check-report.ts'
import { type AskingAll, askAll } from './ask-all.ts'
import { type CheckScene, checkPlan } from './check-plan.ts'

/**
 * Asks everybody in two turns: only the peers themselves know the addresses of their nodes, so that these can be
 * asked once the peers have answered.
 */
export async function checkHere(scene: CheckScene, asking: AskingAll, signal: AbortSignal): Promise<CheckReport> {
  const roster = createRoster(asking.clock)
  const first = checkPlan(scene)
  const results = await askAll(first.asks, asking, signal)
  for (const { answer } of results.filter(hasReached)) if (answer?.identity !== undefined) roster.learn(answer.identity)
  const then = checkPlan({ ...scene, surroundings: roster.complete(scene.surroundings) })
  const asked = new Set(first.asks.map(({ target }) => targetKey(target)))
  const more = await askAll(
    then.asks.filter(({ target }) => !asked.has(targetKey(target))),
    asking,
    signal,
  )
  return checkReport([...results, ...more], then.unchecked)
}

function hasReached(result: Result): result is Extract<Result, { outcome: 'reached' }> {
  return result.outcome === 'reached'
}
