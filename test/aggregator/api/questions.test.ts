import t from 'tap'

import { createQuestions } from '../../../src/aggregator/api/questions.ts'
import type { Archive } from '../../../src/aggregator/sources.ts'
import type { MatrixAnswer } from '../../../src/model/api.ts'
import { until } from '../../support/until.ts'
import { liveOf, serving } from './serving.ts'

const query = { level: 'node', window: 3 } as const
const answer: MatrixAnswer = { level: 'node', window: 3, matrices: [] }

/** An archive that answers when it is told to. */
function slowArchive() {
  const asked: (() => void)[] = []
  const later = <T>(value: T) => new Promise<T>((resolve) => asked.push(() => resolve(value)))
  const archive = { matrix: () => later(answer), nodes: () => later([]), told: () => later(undefined) }
  return { asked, archive: archive as unknown as Archive }
}

t.test('one question is answered at a time, and the same is asked once a round', async (t) => {
  const { asked, archive } = slowArchive()
  const live = liveOf([])
  const questions = createQuestions(archive, live)
  const all = [questions.matrix(query), questions.matrix({ ...query }), questions.nodes(), questions.told('a')]
  await until(() => asked.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  t.equal(asked.length, 1, 'the others wait')
  for (let i = 0; i < 3; i++) {
    await until(() => asked.length > i)
    asked[i]?.()
  }
  t.strictSame(await Promise.all(all), [answer, answer, [], undefined])
  t.equal(asked.length, 3)
  await questions.matrix(query)
  t.equal(asked.length, 3, 'known')
  live.news()
  const anew = questions.matrix(query)
  await until(() => asked.length === 4)
  asked[3]?.()
  await anew
  questions.close()
  t.equal(live.listeners(), 0)
})

t.test('of the past nothing is remembered, and of the present no more than eight answers', async (t) => {
  let asked = 0
  const matrix = async () => {
    asked += 1
    return answer
  }
  const questions = createQuestions({ matrix } as unknown as Archive, liveOf([]))
  for (let i = 0; i < 2; i++) await questions.matrix({ ...query, atMs: 1 })
  t.equal(asked, 2)
  for (let window = 1; window <= 9; window++) await questions.matrix({ ...query, window })
  await questions.matrix({ ...query, window: 9 })
  t.equal(asked, 11)
  await questions.matrix({ ...query, window: 1 })
  t.equal(asked, 12, 'the oldest was forgotten')
})

t.test('nobody waits for ever, nor do too many', async (t) => {
  const { asked, archive } = slowArchive()
  const questions = createQuestions(archive, liveOf([]), { deadlineMs: 50, waitingAtMost: 2 })
  const late = questions.told('a')
  await t.rejects(late, { status: 503, message: /no answer within 0.05 s/, headers: { 'retry-after': '5' } })
  const waiting = questions.told('b')
  await t.rejects(questions.told('c'), { status: 503, message: /too many questions/ })
  asked[0]?.()
  // What is not answered keeps its place, whoever has gone.
  await t.rejects(waiting, { status: 503, message: /no answer/ })
  await until(() => asked.length === 2)
  asked[1]?.()
  const after = questions.told('d')
  await until(() => asked.length === 3)
  asked[2]?.()
  t.equal(await after, undefined)
})

t.test('an answer that failed is asked for again', async (t) => {
  let asked = 0
  const nodes = async () => {
    asked += 1
    if (asked === 1) throw new Error('the disk is full')
    return []
  }
  const questions = createQuestions({ nodes } as unknown as Archive, liveOf([]))
  await t.rejects(questions.nodes(), /the disk is full/)
  t.strictSame(await questions.nodes(), [])
})

t.test('over HTTP: many readers of one matrix cost one question a round', async (t) => {
  const { get, asked, live } = await serving(t)
  const urls = Array.from({ length: 20 }, () => '/api/v1/matrix?check=peer_tcp')
  const answers = await Promise.all(urls.map((url) => get(url)))
  t.ok(answers.every(({ status }) => status === 200))
  t.equal(new Set(answers.map(({ headers }) => headers.etag)).size, 1)
  t.strictSame(asked, [3])
  live.news()
  await get('/api/v1/matrix?check=peer_tcp')
  t.strictSame(asked, [3, 3])
})
