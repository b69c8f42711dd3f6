import { podCidrs } from '../lab/plan.ts'

const betweenPods = `ip saddr ${podCidrs[0]} ip daddr ${podCidrs[0]}`

/**
 * Packets between pods on their way to a node, as nftables says it on the fabric: there they look as they do on the
 * wire, so what kube-proxy sends on in the name of a node is none of them.
 */
export function podsInto(node: string): string {
  return `oifname "${node}" ${betweenPods}`
}

/** Packets between pods that come from a node. */
export function podsOutOf(node: string): string {
  return `iifname "${node}" ${betweenPods}`
}
