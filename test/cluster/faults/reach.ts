import type { WrittenFault } from './fault.ts'
import type { Place, Scene } from './scene.ts'

/** Whether two places reach each other no more while all of these are broken. */
export function areCut(faults: readonly WrittenFault[], scene: Scene, a: Place, b: Place): boolean {
  return faults.some(({ fault, target }) =>
    [
      { from: a, to: b, full: false },
      { from: b, to: a, full: false },
    ].some((flow) => fault.loses?.(flow, target, scene) === 'all'),
  )
}

/** Hosts on which an aggregator hears less than half of the agents: from there no node may be accused. */
export function blindHosts(
  faults: readonly WrittenFault[],
  scene: Scene,
  aggregators: readonly Place[],
): ReadonlySet<string> {
  const heard = (place: Place) => scene.agents.filter((agent) => !areCut(faults, scene, place, agent)).length
  return new Set(aggregators.filter((place) => heard(place) * 2 < scene.agents.length).map(({ host }) => host))
}
