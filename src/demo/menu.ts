import { demoFaults, type SetFault } from './written-fault.ts'

/** Where the keys have led: a matrix is looked at, or a fault is being chosen. */
export type Menu =
  | { readonly at: 'matrices'; readonly row: number }
  | { readonly at: 'faults'; readonly row: number; readonly matrix: number }
  | { readonly at: 'targets'; readonly row: number; readonly matrix: number; readonly fault: number }

export type Wish = { readonly wish: 'toggle'; readonly fault: SetFault } | { readonly wish: 'heal' | 'quit' }

export interface Step {
  readonly menu: Menu
  readonly wish?: Wish
}

export const firstMenu: Menu = { at: 'matrices', row: 0 }

/** What a key does. Pure. */
export function afterKey(menu: Menu, key: string, matrices: number): Step {
  if (key === 'q' || key === '\u0003') return { menu, wish: { wish: 'quit' } }
  if (key === 'h') return { menu, wish: { wish: 'heal' } }
  const step = stepsBy(key)
  if (step !== 0) return { menu: { ...menu, row: wrapped(menu.row + step, lengthOf(menu, matrices)) } }
  if (menu.at === 'matrices') {
    return { menu: key === 'f' || isEnter(key) ? { at: 'faults', row: 0, matrix: menu.row } : menu }
  }
  if (menu.at === 'faults') {
    if (isBack(key) || key === 'f') return { menu: { at: 'matrices', row: menu.matrix } }
    return { menu: isEnter(key) ? { at: 'targets', row: 0, matrix: menu.matrix, fault: menu.row } : menu }
  }
  if (isBack(key) || key === 'f') return { menu: { at: 'faults', row: menu.fault, matrix: menu.matrix } }
  const fault = demoFaults[menu.fault]
  const target = fault?.targets[menu.row]
  if (!isEnter(key) || fault === undefined || target === undefined) return { menu }
  return { menu, wish: { wish: 'toggle', fault: { fault: fault.fault, target } } }
}

function lengthOf(menu: Menu, matrices: number): number {
  if (menu.at === 'matrices') return matrices
  return menu.at === 'faults' ? demoFaults.length : (demoFaults[menu.fault]?.targets.length ?? 0)
}

function stepsBy(key: string): number {
  if (key === '\u001b[A' || key === 'k') return -1
  return key === '\u001b[B' || key === 'j' ? 1 : 0
}

function isEnter(key: string): boolean {
  return key === '\r' || key === '\n' || key === ' ' || key === '\u001b[C'
}

function isBack(key: string): boolean {
  return key === '\u001b' || key === '\u001b[D' || key === '\u007f'
}

function wrapped(row: number, length: number): number {
  return length === 0 ? 0 : (row + length) % length
}
