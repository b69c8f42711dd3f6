import t from 'tap'
import { createAtlas } from '../../src/diagnosis/atlas.ts'
import { createRecord, explainKnown } from '../../src/diagnosis/known.ts'
import { createLifecycle } from '../../src/diagnosis/lifecycle.ts'
import { search } from '../../src/diagnosis/search.ts'
import { beliefOf, type Sent } from './crowd.ts'

/** What forty nodes of two zones send each other in a round; all that goes from one zone to the other may be lost. */
function sent(isLost: boolean): readonly Sent[] {
  return Array.from({ length: 40 * 7 }, (_, i) => {
    const [from, to] = [i % 40, (i + 1 + 3 * Math.floor(i / 40)) % 40]
    return { from, to, n: 3, lost: isLost && from % 2 === 0 && to % 2 === 1 ? 3 : 0 }
  })
}

t.test('what a short window named is known to a long one, which looks for the rest', async (t) => {
  const lifecycle = createLifecycle(createAtlas())
  const hard = [true, true, true].map(sent)
  const long = [...hard, ...Array.from({ length: 21 }, () => sent(false))]
  const record = createRecord()
  const soon = beliefOf(40, hard)
  const named = search(soon, explainKnown(soon, { lifecycle, record: undefined, open: [] }))
  t.equal(named.accepted.length, 1)
  record.note(soon.scene, named)
  const foundIn = (known: typeof record | undefined) => {
    const later = beliefOf(40, long)
    return search(later, explainKnown(later, { lifecycle, record: known, open: [] })).accepted.length
  }
  t.equal(foundIn(record), 0)
  t.equal(foundIn(undefined), 1, 'without that, it would be a faint fault of the long window')
})
