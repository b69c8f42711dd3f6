import { greedy } from './greedy.ts'
import { ratioRule } from './ratio-rule.ts'

/** What the engine is compared with. */
export const methods = [ratioRule(0.5), ratioRule(0.1), greedy] as const
