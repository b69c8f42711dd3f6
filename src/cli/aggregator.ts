import { once } from 'node:events'
import { statSync } from 'node:fs'

import { systemClock } from '../agent/system-clock.ts'
import { ConfigError } from '../config/config-error.ts'
import type { ApiRequest } from '../kubernetes/api-client.ts'
import { removeConditions } from '../publish/conditions-away.ts'
import { accessFor } from './aggregator-access.ts'
import { openApis } from './aggregator-apis.ts'
import { setupFor } from './aggregator-setup.ts'
import { assembleAggregator } from './assemble-aggregator.ts'
import { type ClusterIo, clusterIo } from './cluster-io.ts'
import type { Command } from './command.ts'
import type { Exit } from './exit-code.ts'
import { loadSettings } from './load-settings.ts'
import { mustBeInCluster } from './must-have.ts'
import { type Publishing, preparePublishing, serverFor } from './publishing.ts'
import type { Values } from './settings.ts'

export const aggregator: Command = {
  name: 'aggregator',
  summary: 'pulls what all agents saw, names what is at fault, and serves it: two in a cluster',
  options: [{ name: 'remove-conditions', doc: 'only takes our condition away from every Node, before uninstalling' }],
  takesSettings: true,
  examples: [
    { line: 'aggregator', doc: 'in a pod, of the agents that the API server knows' },
    { line: 'aggregator --config mesh.yaml', doc: 'anywhere, of the agents that the file lists' },
  ],
  async run(given, world) {
    const { values } = await loadSettings(given, world)
    const io = clusterIo(world)
    if (values.discovery.kind === 'kubernetes') mustBeInCluster(values.discovery, world.env)
    if (given.has('remove-conditions')) return takeConditionsAway(values, io, world.signal)
    mustBeWhole(values)
    return serve(values, io, world.signal)
  },
}

async function takeConditionsAway(values: Values, io: ClusterIo, signal: AbortSignal): Promise<Exit> {
  const server = serverFor({ ...io, values }, () => {})
  const had = await removeConditions(server, signal)
  io.log(`meshprobe aggregator: took our condition away from ${had} ${had === 1 ? 'Node' : 'Nodes'}`)
  return 'ok'
}

/** What the defaults cannot know. Throws ConfigError. */
function mustBeWhole({ keys, discovery, aggregator: { history, auth } }: Values): void {
  const problems = []
  if (keys.files.length === 0)
    problems.push({ path: 'keys.files', problem: 'expected the file of the mesh key that the agents have, got none' })
  const path = 'aggregator.history.directory'
  if (history.directory !== '' && statSync(history.directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    problems.push({ path, problem: `expected a directory, got ${history.directory}` })
  // Better nobody can read it than everybody.
  if (auth.enabled && discovery.kind !== 'kubernetes')
    problems.push({ path: 'aggregator.auth.enabled', problem: 'expected false: only Kubernetes can check tokens' })
  if (problems.length > 0) throw new ConfigError(problems)
}

/** Until `signal` aborts, or a part breaks. */
async function serve(values: Values, io: ClusterIo, signal: AbortSignal): Promise<Exit> {
  const setup = setupFor(values, io)
  const { replica } = setup.self
  const stop = new AbortController()
  let publishing: Publishing | undefined
  const assembled = assembleAggregator({
    ...setup,
    leader: () => publishing?.holder(),
    onFindings: (findings) => publishing?.observe(findings),
    onPast: (findings, endMs) => publishing?.recall(findings, endMs),
  })
  let told: Promise<void> | undefined
  let apis: Awaited<ReturnType<typeof openApis>> | undefined
  try {
    const { kubernetesRequest } = assembled.metrics
    const onRequest = ({ verb, code }: ApiRequest) => kubernetesRequest(verb, String(code))
    if (values.discovery.kind === 'kubernetes') {
      const parts = { ...io, values, replica, signer: setup.signer, clock: systemClock }
      publishing = await preparePublishing(parts, () => assembled.aggregator, onRequest)
      told = publishing.run(stop.signal)
    }
    // Whoever asks the Service should hear the replica that sees more; each says what it sees to who asks it.
    const outranked = 'less than half of the agents are heard here, and more at the other replica'
    const ready = () => assembled.aggregator.hindered() ?? (publishing?.isOutranked() ? outranked : undefined)
    const mayRead = await accessFor(values, io, onRequest, stop.signal)
    apis = await openApis(values.aggregator, { ...assembled, ready, mayRead }, io.log)
    await Promise.race([signal.aborted || once(signal, 'abort'), assembled.done, ...(told === undefined ? [] : [told])])
    return 'ok'
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ConfigError) throw error
    io.log(`meshprobe aggregator: ${error.message}`)
    return 'failed'
  } finally {
    stop.abort()
    // Whoever leads lets go of the Lease, so that the other need not wait.
    await told?.catch(() => undefined)
    await apis?.close()
    await assembled.close()
  }
}
