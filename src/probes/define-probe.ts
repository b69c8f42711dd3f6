import { duration, type Fields, flag, type ValuesOf } from '../config/fields.ts'
import type { Check } from '../model/check.ts'
import type { Probe, ProbeContext, Scene } from '../model/probe.ts'
import type { Outcome } from '../model/result.ts'
import type { Target } from '../model/target.ts'
import type { Keyring } from './keyring.ts'
import type { Transport } from './transport.ts'

/** What every probe gets handed in: it opens nothing and signs nothing by itself. */
export interface Tools {
  readonly transport: Transport
  readonly keyring: Keyring
  /** Who asks; the MAC of a probe covers it. */
  readonly self: { readonly cluster: string; readonly node: string; readonly bootId: string }
  readonly wallMs: () => number
}

/** A target as a check's own file writes it: `check` is known, and the rest has defaults. */
export type TargetDraft = Omit<Target, 'check' | 'perRound' | 'everyRounds' | 'stable'> &
  Partial<Pick<Target, 'perRound' | 'everyRounds' | 'stable'>>

/** Everything there is to know about one check: settings, whom to ask, and how. */
export interface ProbeDefinition<Table extends Fields> {
  readonly check: Check
  /** What an answer may take; 2 s lets one lost SYN be repeated. */
  readonly timeout: string
  readonly fields: Table
  targets(scene: Scene, options: ValuesOf<Table>): readonly TargetDraft[]
  /** See `Probe.run`. Called once for a configured probe; what it returns may keep state such as a TLS context. */
  open(
    options: ValuesOf<Table>,
    tools: Tools,
    timeoutMs: number,
  ): (target: Target, context: ProbeContext) => Promise<Outcome>
}

/** A check whose option types are sealed inside, so that all fit in one list. */
export interface ProbeKind {
  readonly check: Check
  readonly fields: Fields
  /** Values as read by `fields`; undefined when the check is switched off. */
  configure(values: Readonly<Record<string, unknown>>, tools: Tools): Probe | undefined
}

export function defineProbe<const Table extends Fields>(definition: ProbeDefinition<Table>): ProbeKind {
  const { check, timeout } = definition
  const common = {
    enabled: flag(true, 'whether this check runs'),
    timeout: duration(timeout, { min: '50ms', max: '10s' }, 'how long to wait before calling it a failure'),
  }
  return {
    check,
    fields: { ...common, ...definition.fields },
    configure(values, tools) {
      const options = values as ValuesOf<Table> & ValuesOf<typeof common>
      if (!options.enabled) return undefined
      return {
        check,
        timeoutMs: options.timeout,
        run: definition.open(options, tools, options.timeout),
        targets: (scene) =>
          definition
            .targets(scene, options)
            .map((draft) => ({ perRound: 1, everyRounds: 1, stable: false, ...draft, check })),
      }
    },
  }
}
