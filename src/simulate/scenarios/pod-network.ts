import { type Scenario, truth } from '../scenario.ts'
import { type Weather, worsen } from '../weather.ts'

type PodNetworkFault = 'pod_network_cut' | 'pod_network_in' | 'pod_network_out'

interface Cut {
  readonly name: string
  readonly doc: string
  readonly fault: PodNetworkFault
  readonly loss: number
  readonly isOn?: (round: number) => boolean
  readonly during?: number
}

/** Packets between the pods of one node and pods elsewhere; host addresses work. */
function podNetwork({ name, doc, fault, loss, isOn, during }: Cut): Scenario {
  return {
    name,
    doc,
    plan({ cluster, random, plainNodes }) {
      const node = random.pick(plainNodes)
      const entity = cluster.nodes[node] ?? ''
      // A node that cannot report does not show whether anything reaches it.
      const alsoAccepted =
        fault === 'pod_network_out' && loss === 1 ? [{ fault: 'pod_network_cut' as const, entity }] : []
      return {
        ...(during !== undefined && { during }),
        happenings: [
          {
            truth: truth(fault, entity, { gray: loss < 1, alsoAccepted }),
            breaks: (weather) => breakPods(weather, fault, node, loss),
            ...(isOn && { isOn }),
          },
        ],
      }
    },
  }
}

function breakPods({ podIn, podOut }: Weather, fault: PodNetworkFault, node: number, loss: number): void {
  if (fault !== 'pod_network_out') worsen(podIn, node, loss)
  if (fault !== 'pod_network_in') worsen(podOut, node, loss)
}

const long = 26

export const podNetworkCut = podNetwork({
  name: 'pod_network_cut',
  doc: 'pods of a node and pods elsewhere do not reach each other',
  fault: 'pod_network_cut',
  loss: 1,
})

export const podNetworkIn = podNetwork({
  name: 'pod_network_in',
  doc: 'packets to the pods of a node are lost; those from them arrive',
  fault: 'pod_network_in',
  loss: 1,
})

export const podNetworkOut = podNetwork({
  name: 'pod_network_out',
  doc: 'packets from the pods of a node are lost; those to them arrive',
  fault: 'pod_network_out',
  loss: 1,
})

export const podNetworkLoss = podNetwork({
  name: 'pod_network_loss',
  doc: 'one packet in twenty between pods of a node and pods elsewhere is lost',
  fault: 'pod_network_cut',
  loss: 0.05,
  during: long,
})

export const podNetworkLossIn = podNetwork({
  name: 'pod_network_loss_in',
  doc: 'one packet in ten to the pods of a node is lost',
  fault: 'pod_network_in',
  loss: 0.1,
  during: long,
})

export const podNetworkLossOut = podNetwork({
  name: 'pod_network_loss_out',
  doc: 'nearly a third of the packets from the pods of a node is lost',
  fault: 'pod_network_out',
  loss: 0.3,
  during: long,
})

export const podNetworkFlapping = podNetwork({
  name: 'pod_network_flapping',
  doc: "a node's pods are cut off for three rounds, and again after three good ones",
  fault: 'pod_network_cut',
  loss: 1,
  isOn: (round) => round % 6 < 3,
  during: 21,
})
