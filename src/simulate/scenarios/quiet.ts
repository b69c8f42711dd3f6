import type { Scenario } from '../scenario.ts'

export const noFault: Scenario = {
  name: 'no_fault',
  doc: 'nothing is broken; whatever is found is wrong',
  plan: () => ({ happenings: [] }),
}
