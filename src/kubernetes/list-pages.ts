import { ApiError } from './api-error.ts'
import { list, record, text } from './json.ts'

const pageSize = 500
const pagesAtMost = 200
const startsAtMost = 3

/**
 * All items of a list, page by page. From the API server's cache (`resourceVersion=0`), which spares etcd and mostly
 * answers in one page. A list that expires between two pages begins again.
 */
export async function listPages(
  get: (path: string) => Promise<unknown>,
  path: string,
  selector: string,
): Promise<readonly unknown[]> {
  for (let start = 0; start < startsAtMost; start++) {
    const items = await pagesOf(get, path, selector)
    if (items !== 'expired') return items
  }
  throw new ApiError(410, `The list expired between its pages ${startsAtMost} times`)
}

async function pagesOf(
  get: (path: string) => Promise<unknown>,
  path: string,
  selector: string,
): Promise<readonly unknown[] | 'expired'> {
  const items: unknown[] = []
  let next = ''
  for (let page = 0; page < pagesAtMost; page++) {
    // The server refuses a resourceVersion beside a continuation, which carries its own.
    const from: Record<string, string> = next === '' ? { resourceVersion: '0' } : { continue: next }
    const query = new URLSearchParams({ labelSelector: selector, limit: String(pageSize), ...from })
    const answer = await get(`${path}?${query}`).catch((error: unknown) => {
      if (next !== '' && error instanceof ApiError && error.status === 410) return 'expired' as const
      throw error
    })
    if (answer === 'expired') return answer
    const { items: some, metadata } = record(answer)
    for (const item of list(some)) items.push(item)
    next = text(record(metadata)['continue'])
    if (next === '') return items
  }
  throw new ApiError(0, `Expected at most ${pagesAtMost} pages, got more`)
}
