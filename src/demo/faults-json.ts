import type { FaultTable } from './fault-table.ts'
import { demoFaults, readFault } from './written-fault.ts'

/** What `GET /demo/faults` says. */
export function faultsJson(table: FaultTable): string {
  const faults = demoFaults.map(({ fault, doc, targets }) => ({ fault, doc, targets }))
  return JSON.stringify({ faults, active: table.active() })
}

/**
 * Does what the body of `POST /demo/faults` says: `{"set":"pod_network_cut=node-3"}`, `{"heal":"…"}` or
 * `{"heal":"all"}`. Throws an error whose message says what was expected.
 */
export function changeFaults(table: FaultTable, body: string): void {
  const { set, heal, ...others } = objectIn(body)
  const isOne = (set === undefined) !== (heal === undefined)
  const fault = set ?? heal
  if (!isOne || typeof fault !== 'string' || Object.keys(others).length > 0) {
    throw new RangeError('expected {"set": "fault=target"} or {"heal": "fault=target"} or {"heal": "all"}')
  }
  if (set !== undefined) table.set(readFault(fault))
  else if (fault === 'all') for (const active of table.active()) table.heal(active)
  else table.heal(readFault(fault))
}

function objectIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (error) {
    throw new RangeError('expected JSON', { cause: error })
  }
  throw new RangeError('expected a JSON object')
}
