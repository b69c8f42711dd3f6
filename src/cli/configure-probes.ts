import { ConfigError } from '../config/config-error.ts'
import type { Check } from '../model/check.ts'
import type { Probe } from '../model/probe.ts'
import type { Tools } from '../probes/define-probe.ts'
import * as kinds from '../probes/kinds.ts'

/** The settings of every check, as its own table reads them. */
export type CheckValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface Configured {
  readonly check: Check
  /** Undefined when the check is switched off. */
  readonly probe: Probe | undefined
}

/** Every check there is, made ready; a file that a setting names and that cannot be read is the operator's mistake. */
export function configureProbes(checks: CheckValues, tools: Tools): readonly Configured[] {
  return Object.values(kinds).map(({ check, configure }) => {
    try {
      return { check, probe: configure(checks[check] ?? {}, tools) }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      const problem = `expected files that can be read and used, got ${error.message}`
      throw new ConfigError([{ path: `checks.${check}`, problem }], { cause: error })
    }
  })
}
