import type { Accusation } from '../../src/diagnosis/accusation.ts'
import { createAtlas } from '../../src/diagnosis/atlas.ts'
import { geometryOf } from '../../src/diagnosis/geometry.ts'
import type { Fault } from '../../src/model/fault.ts'

/** A node held guilty, as a search says it. */
export function accusationOf(fault: Fault, name: string) {
  return {
    ...{ fault, entity: { kind: 'node', name }, place: `node/${name}`, severity: 0.98, score: 100, llr: 115 },
    ...{ window: 3, firstRound: 0, alternatives: [], fading: false },
    charge: { is: 'mode', mode: 1, suspect: 0, steps: [0, 0], geometry: geometryOf(createAtlas(), new Set()) },
  } as const satisfies Accusation & { readonly fading: boolean }
}
