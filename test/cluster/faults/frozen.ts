import { signalProgram } from '../lab/processes.ts'
import type { LabFault } from './fault.ts'
import type { Scene } from './scene.ts'

/** Set and healed by stopping programs of the lab and letting them go on: the kernel answers, they do not. */
export function frozen(programs: (target: string, scene: Scene) => readonly string[]): Pick<LabFault, 'set' | 'heal'> {
  const send = async (signal: NodeJS.Signals, names: readonly string[]) => {
    for (const name of names) await signalProgram(name, signal)
  }
  return {
    set: (target, scene) => send('SIGSTOP', programs(target, scene)),
    heal: (target, scene) => send('SIGCONT', programs(target, scene)),
  }
}
