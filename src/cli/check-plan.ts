import { type Check, checks } from '../model/check.ts'
import type { Surroundings } from '../model/peer.ts'
import { type Chosen, choosePeers, ringsOf } from '../model/peer-choice.ts'
import type { Probe, Scene, Self } from '../model/probe.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Unchecked } from '../report/check-report.ts'
import type { Configured } from './configure-probes.ts'
import type { Whereabouts } from './whereabouts.ts'

/** Beyond so many peers a check asks only whom an agent here would ask: that is over in seconds. */
const everybodyUpTo = 100

export interface Ask {
  readonly probe: Probe
  readonly target: Target
  readonly viewHash: string
}

export interface CheckPlan {
  readonly asks: readonly Ask[]
  readonly unchecked: readonly Unchecked[]
}

export interface CheckScene {
  readonly self: Self
  readonly place: Whereabouts['place']
  readonly surroundings: Surroundings
  readonly roundSeconds: number
  /** Whether we hold the mesh key; without it agents answer nothing that says who they are. */
  readonly hasKey: boolean
  /** Every check there is, with its probe unless it is switched off. */
  readonly kinds: readonly Configured[]
}

/** Whom to ask from here, and which checks cannot be made. Pure. */
export function checkPlan({ kinds, ...scene }: CheckScene): CheckPlan {
  const chosen = chosenFrom(scene)
  const viewHash = scene.surroundings.view.hash
  const asks: Ask[] = []
  const unchecked: Unchecked[] = []
  for (const { check, probe } of kinds) {
    const targets = probe === undefined ? [] : targetsOf(probe, { ...scene, chosen, epoch: 0 })
    const why = whyNot(check, { ...scene, enabled: probe !== undefined, targets: targets.length })
    if (why !== undefined) unchecked.push({ check, why })
    else if (probe !== undefined) asks.push(...targets.map((target) => ({ probe, target, viewHash })))
  }
  return { asks, unchecked }
}

type Place = Omit<CheckScene, 'kinds'>

function targetsOf(probe: Probe, scene: Place & Pick<Scene, 'chosen' | 'epoch'>): readonly Target[] {
  const targets = new Map(probe.targets({ ...scene, epoch: 0 }).map((target) => [targetKey(target), target]))
  // A resolver outside knows no name of the cluster.
  return [...targets.values()].filter(({ variant }) => scene.place !== 'outside' || variant !== 'internal')
}

function chosenFrom({ self, surroundings: { view } }: Place): Chosen {
  const rings = ringsOf(view, self.cluster)
  const chosen = choosePeers(rings, rings, self.cluster, self.node, 0)
  if (view.peers.length > everybodyUpTo) return chosen
  const others = view.peers.filter(({ node }) => node !== self.node)
  return { ...chosen, stable: others, rotating: [], zonal: [], peers: others, hosts: others, nodePorts: others }
}

interface Circumstances extends Place {
  readonly enabled: boolean
  readonly targets: number
}

function whyNot(check: Check, { place, enabled, targets, hasKey }: Circumstances): string | undefined {
  if (!enabled) return 'switched off in the settings'
  const { plane } = checks[check]
  const fromAgents = plane === 'services' || plane === 'ingress' || (plane === 'peers' && check !== 'peer_tcp')
  if (targets > 0)
    return fromAgents && !hasKey ? 'agents answer only to their mesh key; name it in keys.files' : undefined
  if (plane === 'external') return 'the settings name no target'
  if (place === 'list') return 'discovery.static lists no target'
  if (place === 'pod') return 'the cluster has no target for it, or none that may be read'
  return 'needs a place inside the cluster: `kubectl exec ds/meshprobe -- meshprobe check`'
}
