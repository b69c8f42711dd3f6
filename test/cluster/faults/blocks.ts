import { fabricNetns, nodeNamed, type Plan } from '../lab/plan.ts'
import { type Block, block, unblock } from './blocking.ts'
import type { LabFault } from './fault.ts'
import type { Scene } from './scene.ts'

type SetAndHeal = Pick<LabFault, 'set' | 'heal'>

interface Dropped {
  readonly name: string
  readonly hook: Block['hook']
  /** What is dropped, for a target in a scene. */
  readonly drops: (target: string, scene: Scene) => readonly string[]
}

/** Set and healed on the target node. */
export function droppedOnNode({ name, hook, drops }: Dropped): SetAndHeal {
  const table = { name, family: 'inet' } as const
  return {
    set: (target, scene) =>
      block({ ...table, hook, netns: nodeNamed(scene.plan, target).netns, drops: drops(target, scene) }),
    heal: (target, { plan }) => unblock({ ...table, netns: nodeNamed(plan, target).netns }),
  }
}

/** Set and healed on all nodes. */
export function droppedEverywhere({ name, hook, drops }: Dropped): SetAndHeal {
  const onAll = (plan: Plan, act: (netns: string) => Promise<void>) =>
    Promise.all(plan.nodes.map(({ netns }) => act(netns))).then(() => {})
  return {
    set: (target, scene) =>
      onAll(scene.plan, (netns) =>
        block({ name: named(name, target), family: 'inet', hook, netns, drops: drops(target, scene) }),
      ),
    heal: (target, { plan }) => onAll(plan, (netns) => unblock({ name: named(name, target), family: 'inet', netns })),
  }
}

/** Set and healed on what joins the nodes. */
export function droppedOnFabric({ name, hook, drops }: Dropped): SetAndHeal {
  const at = (target: string) => ({ name: named(name, target), family: 'bridge', netns: fabricNetns }) as const
  return {
    set: (target, scene) => block({ ...at(target), hook, drops: drops(target, scene) }),
    heal: (target) => unblock(at(target)),
  }
}

function named(name: string, target: string): string {
  return `${name}_${target.replaceAll(/\W/g, '_')}`
}
