import { RefusedError } from './refused-error.ts'

/** A name of the cluster has one slash; what an external URL has beside it is enough. */
const slashesAtMost = 8

/**
 * The two names behind `/pairs/`. The API server's proxy decodes `%2F` on the way, so a slash may be between the names
 * or within one: all ways to cut are told, the likeliest first.
 */
export function pairNames(rest: string): readonly (readonly [source: string, target: string])[] {
  const parts = rest.split('/')
  if (parts.length < 2 || parts.length > slashesAtMost + 1) throw expectedTwo(rest)
  const cuts = parts.slice(1).map((_, at) => {
    const [source, target] = [parts.slice(0, at + 1), parts.slice(at + 1)].map((part) => decoded(part.join('/')))
    return [source ?? '', target ?? ''] as const
  })
  const named = cuts.filter(([source, target]) => source !== '' && target !== '')
  if (named.length === 0) throw expectedTwo(rest)
  return named
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RefusedError(400, `expected a percent-encoded name, got ${JSON.stringify(text.slice(0, 60))}`)
  }
}

function expectedTwo(rest: string): RefusedError {
  const example = 'node-1/node-2 or node-1/kube-system%2Fcoredns-abc'
  return new RefusedError(400, `expected two names such as ${example}, got ${JSON.stringify(rest.slice(0, 80))}`)
}
