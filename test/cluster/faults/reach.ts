import type { WrittenFault } from './fault.ts'
import type { Place, Scene } from './scene.ts'

/** Whether what an agent tells does not arrive while all of these are broken: a round fills packets, a question does not. */
export function isUnheard(faults: readonly WrittenFault[], scene: Scene, listener: Place, agent: Place): boolean {
  return faults.some(({ fault, target }) =>
    [
      { from: listener, to: agent, full: false },
      { from: agent, to: listener, full: true },
    ].some((flow) => fault.loses?.(flow, target, scene) === 'all'),
  )
}

/** Hosts on which an aggregator hears less than half of the agents: from there no node may be accused. */
export function blindHosts(
  faults: readonly WrittenFault[],
  scene: Scene,
  aggregators: readonly Place[],
): ReadonlySet<string> {
  const heard = (place: Place) => scene.agents.filter((agent) => !isUnheard(faults, scene, place, agent)).length
  return new Set(aggregators.filter((place) => heard(place) * 2 < scene.agents.length).map(({ host }) => host))
}
