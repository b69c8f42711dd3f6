import { isDeepStrictEqual } from 'node:util'
import type { Followed } from '../../kubernetes/follow.ts'
import { record, text } from '../../kubernetes/json.ts'
import type { Listing } from '../../kubernetes/list-all.ts'
import type { KeptTopic } from './topics.ts'

/** What the API server has of one topic, as far as we heard. It stays through any outage. */
export interface Mirror<Kept> extends Followed {
  readonly topic: KeptTopic<Kept>
  /** By the name of the object. */
  items(): ReadonlyMap<string, Kept>
  /** Whether all of it has been listed once. */
  isWhole(): boolean
}

/** `onChange` is called when something that is kept has changed, and when the first list is there. */
export function createMirror<Kept>(topic: KeptTopic<Kept>, onChange: () => void): Mirror<Kept> {
  let items = new Map<string, Kept>()
  let whole = false

  function listing(): Listing {
    const listed = new Map<string, Kept>()
    return {
      add(object) {
        const name = nameOf(object)
        if (name !== '') listed.set(name, topic.read(object))
      },
      finish() {
        const same = whole && isDeepStrictEqual(items, listed)
        whole = true
        items = listed
        if (!same) onChange()
      },
    }
  }

  return {
    topic,
    items: () => items,
    isWhole: () => whole,
    listing,
    put(object) {
      const name = nameOf(object)
      const kept = topic.read(object)
      if (name === '' || isDeepStrictEqual(items.get(name), kept)) return
      items.set(name, kept)
      onChange()
    },
    drop(object) {
      if (items.delete(nameOf(object))) onChange()
    },
  }
}

function nameOf(object: unknown): string {
  return text(record(record(object)['metadata'])['name'])
}
