import { EventEmitter, on } from 'node:events'

import type { Discovery, Surroundings } from '../model/peer.ts'

/** What the demo's agents know of their cluster: told to all of them at once. */
export interface Announcer extends Discovery {
  announce(surroundings: Surroundings): void
}

export function createAnnouncer(first: Surroundings): Announcer {
  const announcements = new EventEmitter()
  // One listener an agent.
  announcements.setMaxListeners(0)
  let latest = first
  return {
    announce(surroundings) {
      latest = surroundings
      announcements.emit('news')
    },
    async *watch(signal) {
      if (signal.aborted) return
      const news = on(announcements, 'news', { signal })
      yield latest
      try {
        for await (const _ of news) yield latest
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}
