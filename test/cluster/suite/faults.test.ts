import t from 'tap'

import { tryFault } from '../observe/trial.ts'
import { heardMesh } from './heard-mesh.ts'
import { faultsOfPart, partOfThisRun } from './rotation.ts'
import { toldRight } from './told-right.ts'

const part = partOfThisRun()

t.test(`faults of part ${part}`, async (t) => {
  const mesh = await heardMesh(t)
  for (const fault of faultsOfPart(part)) {
    await t.test(fault.name, async (t) => {
      const { target, verdict, lasting, cleanAfterSeconds, named, complaints } = await tryFault(fault, mesh)
      t.same(verdict.missed, [], `${target}: what has to fail fails`)
      t.same(verdict.unexpected, [], `${target}: nothing else fails`)
      t.same(verdict.misnamed, [], `${target}: for the reasons that it should`)
      t.same(lasting, [], `clean ${cleanAfterSeconds} s after healing`)
      toldRight(t, complaints, named)
    })
  }
})
