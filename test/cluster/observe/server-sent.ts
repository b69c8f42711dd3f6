export interface ServerSent {
  readonly event: string
  readonly data: unknown
}

/** Aggregators say at least a heartbeat every 15 s. */
const silentAtMostMs = 40_000

/** Events of a stream until it ends. Throws when it cannot be read, says nothing for 40 s, or `signal` aborts. */
export async function* serverSentEvents(url: string, signal: AbortSignal): AsyncGenerator<ServerSent> {
  const silent = new AbortController()
  const isSilent = () => silent.abort(new Error(`${url} said nothing for ${silentAtMostMs / 1000} s`))
  let timer = setTimeout(isSilent, silentAtMostMs)
  const stop = () => silent.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    const response = await fetch(url, { signal: silent.signal, headers: { accept: 'text/event-stream' } })
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`)
    let rest = ''
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer)
      timer = setTimeout(isSilent, silentAtMostMs)
      const parts = (rest + text).split('\n\n')
      rest = parts.pop() ?? ''
      yield* parts.flatMap(eventIn)
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    silent.abort()
  }
}

function eventIn(part: string): readonly ServerSent[] {
  const [, event] = /^event: (.*)$/m.exec(part) ?? []
  const [, data] = /^data: (.*)$/m.exec(part) ?? []
  return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) }]
}
