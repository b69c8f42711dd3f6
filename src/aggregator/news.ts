import type { Live } from './sources.ts'

/** Those who want to know when there is something new. */
export interface News extends Pick<Live, 'onNews'> {
  tell(): void
}

export function createNews(): News {
  const listeners = new Set<() => void>()
  return {
    onNews(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell() {
      for (const listener of [...listeners]) listener()
    },
  }
}
