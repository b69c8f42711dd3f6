import { droppedOnFabric } from './blocks.ts'
import type { Flow } from './fault.ts'
import { addressesOf, endsOf } from './named.ts'
import type { Scene } from './scene.ts'

/** What crosses from one zone to the other, and back unless one way only; `share` takes a part of it. */
export function droppedBetweenZones(name: string, { oneWay = false, share = '' } = {}) {
  return droppedOnFabric({
    name,
    hook: 'forward',
    drops(target, scene) {
      const [a, b] = endsOf(target)
      return [fromTo(a, b, scene), ...(oneWay ? [] : [fromTo(b, a, scene)])].map((flow) => `${flow} ${share}`.trim())
    },
  })
}

export function crossesZones({ from, to }: Flow, target: string): boolean {
  const [a, b] = endsOf(target)
  return (from.zone === a && to.zone === b) || (from.zone === b && to.zone === a)
}

function fromTo(a: string, b: string, scene: Scene): string {
  return `ip saddr ${addressesOf(a, scene)} ip daddr ${addressesOf(b, scene)}`
}
