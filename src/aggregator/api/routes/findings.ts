import { apiPaths } from '../../../model/api.ts'
import { currentFindings } from '../current-findings.ts'
import { count, cursor } from '../parameters.ts'
import { RefusedError } from '../refused-error.ts'
import { defineRoute } from '../route.ts'

export const findings = defineRoute({
  path: apiPaths.findings,
  doc: 'What is wrong now: every finding that is open or recovering, newest first, and who says so.',
  parameters: {
    limit: count(100, 1000, 'findings in one answer'),
    after: cursor(),
  },
  schema: 'FindingsAnswer',
  answer({ limit, after }, { live }) {
    if (after?.includes('~') === false) {
      throw new RefusedError(
        400,
        `after: expected what a page told as "next", got ${JSON.stringify(after.slice(0, 60))}`,
      )
    }
    return currentFindings(live, limit, after)
  },
})
