import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'

import { duration } from '../config/fields.ts'
import type { ProbeContext } from '../model/probe.ts'
import { failed, type Outcome, reached } from '../model/result.ts'
import type { Target } from '../model/target.ts'
import { converse } from './conversation.ts'
import { defineProbe, type Tools } from './define-probe.ts'
import { externalTargets, readExternal } from './external-target.ts'

const bodyLimit = 64 * 1024

export const external = defineProbe({
  check: 'external',
  timeout: '5s',
  fields: {
    targets: externalTargets('what to probe beyond the cluster: https://…, http://…, dns:NAME, tcp:HOST:PORT'),
    every: duration('60s', { min: '5s', max: '1h' }, 'how often each of them is asked'),
  },
  targets({ roundSeconds }, { targets, every }) {
    const everyRounds = Math.max(1, Math.round(every / 1000 / roundSeconds))
    return targets.flatMap((text) => readExternal(text) ?? []).map((target) => ({ ...target, everyRounds }))
  },
  open: (_options, tools) => (target, context) => {
    if (target.name.startsWith('http')) return askUrl(target.name, context)
    if (target.name.startsWith('dns:')) return askName(target, context)
    return openTcp(target, tools, context)
  },
})

/** undici, because these are real servers with real HTTP; loaded when there is one, as it weighs 15 MiB. */
async function askUrl(url: string, { signal, enter }: ProbeContext): Promise<Outcome> {
  const { Agent, request } = await import('undici')
  // One dispatcher a probe: a connection that is kept alive hides a path that is broken.
  const dispatcher = new Agent({ pipelining: 0, maxResponseSize: bodyLimit, connect: { timeout: 0 } })
  enter('exchange')
  try {
    const { statusCode, body } = await request(url, { dispatcher, signal, headers: { 'user-agent': 'meshprobe' } })
    await body.dump({ limit: bodyLimit, signal })
    return statusCode < 400 ? reached : failed('bad_status', `status ${statusCode}`)
  } finally {
    await dispatcher.destroy()
  }
}

/** Through this machine's own resolver, as every program on it asks. */
async function askName({ address }: Target, { signal, enter }: ProbeContext): Promise<Outcome> {
  enter('resolve')
  await addressesOf(address, signal)
  return reached
}

async function openTcp({ address, port }: Target, { transport }: Tools, context: ProbeContext): Promise<Outcome> {
  const { signal, enter } = context
  if (isIP(address) === 0) enter('resolve')
  const [ip = address] = isIP(address) === 0 ? await addressesOf(address, signal) : []
  enter('connect')
  const socket = transport.connect({ address: ip, port })
  return converse<Outcome>(socket, signal, (settle) => socket.once('connect', () => settle(reached)))
}

/** IPv4 first, then IPv6. Throws what the name server said. */
async function addressesOf(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await resolver.resolve4(name).catch(() => resolver.resolve6(name))
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
