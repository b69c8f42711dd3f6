import { Resolver } from 'node:dns/promises'

const timeoutMs = 2000
const addressesAtMost = 4

/** The addresses of a name, both families, sorted; empty when nobody knows it. Ends early when `signal` aborts. */
export async function resolveName(
  name: string,
  signal: AbortSignal,
  servers: readonly string[] = [],
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  const end = () => resolver.cancel()
  signal.addEventListener('abort', end, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    signal.throwIfAborted()
    return answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? answer.value.sort().slice(0, addressesAtMost) : [],
    )
  } finally {
    signal.removeEventListener('abort', end)
  }
}
