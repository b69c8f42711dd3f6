import { apiPaths, type MatrixLevel, matrixLevels, windowRounds } from '../../../model/api.ts'
import { type Check, checkNames, checks } from '../../../model/check.ts'
import { count, cursor, oneOf, time } from '../parameters.ts'
import { RefusedError } from '../refused-error.ts'
import { defineRoute } from '../route.ts'

export const matrix = defineRoute({
  path: apiPaths.matrix,
  doc: 'Who reaches whom: counts, reasons and latency of every pair of the level, one matrix per check and variant.',
  parameters: {
    level: oneOf(matrixLevels, 'node × node, zone × zone, or node × shared target; as `check` has it when absent'),
    check: oneOf(checkNames, 'one check alone; all of the level when absent'),
    at: time('now', 'as it was at that time: of the rounds that are kept, and before them of the history'),
    window: count(windowRounds.usual, windowRounds.atMost, 'rounds that are folded'),
    limit: count(1000, 5000, 'rows in one answer, which may have fewer of them'),
    after: cursor(),
  },
  schema: 'MatrixAnswer',
  answer({ level, check, at, window, limit, after }, { archive }) {
    return archive.matrix({
      ...{ level: levelOf(level, check), window, limit },
      ...(check !== undefined && { check }),
      ...(at !== undefined && { atMs: at }),
      ...(after !== undefined && { after }),
    })
  },
})

function levelOf(level: MatrixLevel | undefined, check: Check | undefined): MatrixLevel {
  if (check === undefined) return level ?? 'node'
  const isShared = checks[check].subject === 'shared'
  if (level === undefined) return isShared ? 'target' : 'node'
  if (isShared === (level === 'target')) return level
  const fitting = checkNames.filter((name) => (checks[name].subject === 'shared') === (level === 'target'))
  throw new RefusedError(400, `check: expected one of level ${level} (${fitting.join(', ')}), got "${check}"`)
}
