import { nearest } from '../config/nearest.ts'
import type { DemoFault } from './faults/fault.ts'
import * as list from './faults/list.ts'

/** A fault and what it is set on. */
export interface SetFault {
  readonly fault: string
  readonly target: string
}

export const demoFaults: readonly DemoFault[] = Object.values(list)

/** A fault that the demo does not know, or cannot set there. The message says what it knows. */
export class UnknownFaultError extends Error {
  override readonly name = 'UnknownFaultError'
}

/** Reads `pod_network_cut=node-3`; a fault that has only one target needs no `=`. */
export function readFault(written: string): SetFault {
  const [name = '', ...rest] = written.split('=')
  return knownFault(name.trim(), rest.join('=').trim())
}

function knownFault(name: string, target: string): SetFault {
  const known = demoFaults.find(({ fault }) => fault === name)
  if (known === undefined) {
    const names = demoFaults.map(({ fault }) => fault)
    throw new UnknownFaultError(`no fault "${shortened(name)}"${meant(name, names)}; known: ${names.join(', ')}`)
  }
  const [only, ...others] = known.targets
  if (target === '' && only !== undefined && others.length === 0) return { fault: known.fault, target: only }
  if (known.targets.includes(target)) return { fault: known.fault, target }
  const found = target === '' ? `${name} needs a target` : `${name}: no target "${shortened(target)}"`
  throw new UnknownFaultError(`${found}${meant(target, known.targets)}; known: ${known.targets.join(', ')}`)
}

export function written({ fault, target }: SetFault): string {
  return `${fault}=${target}`
}

function meant(name: string, known: readonly string[]): string {
  const near = name === '' ? undefined : nearest(name, known)
  return near === undefined ? '' : `, did you mean ${near}?`
}

function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name
}
