import type { Discovery } from '../model/peer.ts'
import type { Self } from '../model/probe.ts'

/**
 * When no setting says which zone we are in, what discovery says of our own node does: the downward API knows no zone
 * before Kubernetes 1.35, and an EndpointSlice always did. Changes `self`, before anything is asked or counted.
 */
export function learningOwnZone(discovery: Discovery, self: Self): Discovery {
  const own: { zone: string } = self
  return {
    ...discovery,
    async *watch(signal) {
      for await (const surroundings of discovery.watch(signal)) {
        if (own.zone === '') own.zone = surroundings.view.peers.find(({ node }) => node === self.node)?.zone ?? ''
        yield surroundings
      }
    },
  }
}
