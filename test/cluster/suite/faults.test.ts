import t from 'tap'

import { lookAround } from '../faults/scene.ts'
import { thisLab } from '../lab/cluster.ts'
import { observe } from '../observe/rounds.ts'
import { tryFault } from '../observe/trial.ts'
import { fullRelease } from './mesh.ts'
import { faultsOfPart, partOfThisRun } from './rotation.ts'

const part = partOfThisRun()

t.test(`faults of part ${part}`, async (t) => {
  await fullRelease()
  const plan = await thisLab()
  const observer = await observe(await lookAround(plan))
  t.teardown(() => observer.close())
  for (const fault of faultsOfPart(part)) {
    await t.test(fault.name, async (t) => {
      const { target, verdict, lasting, cleanAfterSeconds } = await tryFault(fault, { plan, observer })
      t.same(verdict.missed, [], `${target}: what has to fail fails`)
      t.same(verdict.unexpected, [], `${target}: nothing else fails`)
      t.same(verdict.misnamed, [], `${target}: for the reasons that it should`)
      t.same(lasting, [], `clean ${cleanAfterSeconds} s after healing`)
    })
  }
})
