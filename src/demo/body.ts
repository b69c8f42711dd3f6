import type { IncomingMessage } from 'node:http'

const limit = 4096

/** The body of a request; undefined when it is too long to be one of ours. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) {
    text += chunk
    if (text.length > limit) return undefined
  }
  return text
}
