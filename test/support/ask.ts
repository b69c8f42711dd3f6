import { type Asking, runProbe } from '../../src/agent/run-probe.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { familyOf } from '../../src/model/peer.ts'
import type { Probe } from '../../src/model/probe.ts'
import type { Result } from '../../src/model/result.ts'
import type { Target } from '../../src/model/target.ts'
import type { ProbeKind, Tools } from '../../src/probes/define-probe.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { systemTransport } from '../../src/probes/transport.ts'

export interface AskOptions extends Partial<Pick<Asking, 'round' | 'index' | 'viewHash' | 'lifetime'>> {
  readonly timeoutMs?: number
}

const neverEnds = new AbortController().signal

export const meshKey = Buffer.from('a mesh key for tests, 32 bytes..')

/** Tools of an agent on `node-1`, over real sockets. */
export function toolsFor(overrides: Partial<Tools> = {}): Tools {
  return {
    transport: systemTransport({ from: [] }),
    keyring: createKeyring([meshKey]),
    self: { cluster: 'test', node: 'node-1', bootId: 'boot-1' },
    wallMs: Date.now,
    ...overrides,
  }
}

/** A probe of `kind` with its default settings, but for those in `settings`. */
export function configured(
  kind: ProbeKind,
  settings: Readonly<Record<string, unknown>> = {},
  tools = toolsFor(),
): Probe {
  const defaults = Object.fromEntries(Object.entries(kind.fields).map(([name, { fallback }]) => [name, fallback]))
  const probe = kind.configure({ ...defaults, ...settings }, tools)
  if (probe === undefined) throw new Error(`${kind.check} is switched off`)
  return probe
}

/** A target on loopback, called `node-2`. */
export function targetOn(probe: Probe, port: number, overrides: Partial<Target> = {}): Target {
  const address = overrides.address ?? '127.0.0.1'
  const fixed = { stable: true, perRound: 1, everyRounds: 1 }
  return { check: probe.check, name: 'node-2', address, port, family: familyOf(address), ...fixed, ...overrides }
}

/** Asks once with a deadline (2 s unless told), as the agent does. */
export function ask(probe: Probe, target: Target, options: AskOptions = {}): Promise<Result> {
  const { timeoutMs = 2000, ...rest } = options
  const asking = { clock: systemClock, lifetime: neverEnds, round: 1000, index: 0, viewHash: 'view', ...rest }
  return runProbe({ ...probe, timeoutMs }, target, asking)
}
