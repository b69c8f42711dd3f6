import type { Leading } from '../../src/publish/leadership.ts'

/** Leads when a test says so. */
export interface Switch extends Leading {
  set(leads: boolean): void
}

export function createSwitch(leads = true): Switch {
  const listeners = new Set<() => void>()
  let now = leads
  return {
    isLeader: () => now,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(next) {
      now = next
      for (const listener of [...listeners]) listener()
    },
  }
}
