import { runAgent } from '../agent/agent.ts'
import { systemClock } from '../agent/system-clock.ts'
import { kubernetesDiscovery } from '../discovery/kubernetes.ts'
import { resolveName } from '../discovery/resolve-name.ts'
import { staticDiscovery } from '../discovery/static.ts'
import { systemTransport } from '../probes/transport.ts'
import { reporterFor } from './agent-reporter.ts'
import { assembleAgent } from './assemble-agent.ts'
import { thisBuild } from './build.ts'
import { clusterIo } from './cluster-io.ts'
import type { Command, World } from './command.ts'
import { keyringFrom } from './keys.ts'
import { loadSettings } from './load-settings.ts'
import { mustBeInCluster, mustListen } from './must-have.ts'
import { selfFrom } from './self.ts'
import type { Values } from './settings.ts'

export const agent: Command = {
  name: 'agent',
  summary: 'answers probes, probes, and serves what it saw: one on every node',
  options: [],
  takesSettings: true,
  examples: [
    { line: 'agent', doc: 'in a pod, with peers from the EndpointSlices of our own Service' },
    { line: 'agent --config mesh.yaml', doc: 'anywhere, with the peers that the file lists' },
  ],
  async run(given, world) {
    const { values } = await loadSettings(given, world)
    const log = (line: string) => void world.stderr.write(`${line}\n`)
    const parts = partsFor(values, world)
    const { openResponder, openServer, self } = parts
    await runAgent(
      {
        ...parts,
        async openResponder(answers) {
          const responder = await mustListen('listen', () => openResponder(answers))
          log(`meshprobe agent on ${self.node}: answers probes on port ${responder.port}`)
          return responder
        },
        async openServer(serves) {
          const server = await mustListen('metrics', () => openServer(serves))
          log(`meshprobe agent on ${self.node}: metrics, health and rounds on port ${server.port}`)
          return server
        },
      },
      world.signal,
    )
    return 'ok'
  },
}

function partsFor(values: Values, world: World) {
  const { kubernetes, kind } = values.discovery
  if (kind === 'kubernetes') mustBeInCluster(values.discovery, world.env)
  const io = clusterIo(world)
  const clock = systemClock
  const keyring = keyringFrom(values.keys.files, clock.monotonicMs)
  const reporting = { ...io, values, signer: keyring, clock }
  return assembleAgent({
    self: selfFrom(values),
    pace: { roundMs: values.round, slotMs: values.slot },
    warmupMs: values.warmup,
    drainMs: values.drain,
    checks: values.checks,
    listen: values.listen,
    metrics: values.metrics,
    local: { ...values.local, log: io.log },
    ...(kind === 'kubernetes' && values.unread.events && { reporter: (knows) => reporterFor(reporting, knows) }),
    discovery: ({ onRequest }) =>
      kind === 'static'
        ? staticDiscovery(values.discovery.static)
        : kubernetesDiscovery(kubernetes, { ...io, clock, resolve: resolveName, random: Math.random, onRequest }),
    transport: systemTransport({ from: values.listen.addresses }),
    ...{ keyring, clock, build: thisBuild() },
  })
}
