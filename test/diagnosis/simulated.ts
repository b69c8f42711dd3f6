import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import { type SimulateOptions, simulate } from '../../src/simulate/simulate.ts'

/** Everything that is found in a simulated run while it lasts, closed or not: `fault entity` of each, once. */
export function foundIn(options: SimulateOptions): readonly string[] {
  const diagnosis = createDiagnosis()
  const found = new Set<string>()
  for (const { input } of simulate(options))
    for (const { fault, entity } of diagnosis.observe(input)) found.add(`${fault} ${entity.name}`)
  return [...found].sort()
}
