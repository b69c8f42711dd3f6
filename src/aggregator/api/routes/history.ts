import { apiPaths } from '../../../model/api.ts'
import { decoded } from '../pair-names.ts'
import { count, cursor, time } from '../parameters.ts'
import { RefusedError } from '../refused-error.ts'
import { defineRoute } from '../route.ts'

const dayMs = 86_400_000

export const history = defineRoute({
  path: apiPaths.history,
  doc: 'Findings that were open at some time between `from` and `to`, newest first, each as it was last told.',
  parameters: {
    from: time('-24h', 'the beginning'),
    to: time('now', 'the end'),
    limit: count(100, 1000, 'findings in one answer'),
    before: cursor(),
  },
  schema: 'HistoryAnswer',
  async answer({ from, to, limit, before }, { archive, nowMs }) {
    const [fromMs, toMs] = [from ?? nowMs - dayMs, to ?? nowMs]
    if (fromMs > toMs) {
      const [late, early] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
      throw new RefusedError(400, `from: expected a time before "to", which is ${early}; got ${late}`)
    }
    try {
      return await archive.history({ fromMs, toMs, limit, ...(before !== undefined && { before }) })
    } catch (error) {
      if (error instanceof RangeError) throw new RefusedError(400, error.message)
      throw error
    }
  },
})

export const told = defineRoute({
  path: `${apiPaths.history}/{id}`,
  doc: 'All that was said of one finding, oldest first; of more than a thousand the newest thousand.',
  names: { id: '`id` of a finding' },
  parameters: {},
  schema: 'ToldAnswer',
  async answer(_, { archive, rest }) {
    const id = decoded(rest)
    const answer = await archive.told(id)
    if (answer !== undefined) return answer
    throw new RefusedError(404, `no finding has the id ${JSON.stringify(id.slice(0, 120))}, or none that is still kept`)
  },
})
