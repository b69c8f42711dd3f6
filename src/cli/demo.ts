import { duration, type Field, port } from '../config/fields.ts'
import { PortTakenError } from '../demo/page-port.ts'
import { runDemo } from '../demo/run-demo.ts'
import { demoFaults, readFault, UnknownFaultError } from '../demo/written-fault.ts'
import { assembleAgent } from './assemble-agent.ts'
import { thisBuild } from './build.ts'
import type { Command, Given } from './command.ts'
import { settings } from './settings.ts'
import { UsageError } from './usage-error.ts'

const round = duration('5s', { min: '5s', max: '30s' }, 'every target is asked once in this time')
const pagePort = port(8085, 'port of the page')

export const demo: Command = {
  name: 'demo',
  summary: 'twelve nodes on this machine that probe each other, and faults to break them with',
  options: [
    {
      name: 'fault',
      value: 'FAULT=WHERE',
      doc: `breaks something from the start, may be repeated: ${demoFaults.map(({ fault }) => fault).join(', ')}`,
    },
    { name: 'port', value: 'PORT', doc: 'port of the page on 127.0.0.1; 8085, or the next that is free' },
    { name: 'round', value: 'DURATION', doc: 'every target is asked once in this time; 5s' },
  ],
  takesSettings: false,
  examples: [
    { line: 'demo', doc: 'a cluster in which everything works; break it on the page or with the key f' },
    { line: 'demo --fault pod_network_cut=node-3', doc: 'the pods of one node are cut off' },
    {
      line: 'demo --fault dns_replica_external=dns-2 --fault dns_replica_external=dns-5',
      doc: '2 of 6 DNS replicas answer internal names and fail external ones',
    },
    { line: 'demo --fault zone_one_way=zone-a:zone-b', doc: 'packets from one zone to another are lost' },
  ],
  async run(given, world) {
    const { version, revision } = thisBuild()
    const parts = {
      assemble: assembleAgent,
      build: { version, revision },
      tables: settings.checks,
      roundMs: numberFor(given, 'round', round),
      faults: given.all('fault').map(faultOf),
      port: given.has('port') ? numberFor(given, 'port', pagePort) : undefined,
    }
    try {
      await runDemo(parts, world)
      return 'ok'
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error
      world.stderr.write(`demo: ${error.message}\n`)
      return 'failed'
    }
  },
}

function faultOf(text: string) {
  try {
    return readFault(text)
  } catch (error) {
    if (!(error instanceof UnknownFaultError)) throw error
    throw new UsageError(`--fault: ${error.message}`, { cause: error })
  }
}

function numberFor(given: Given, option: string, field: Field<number>): number {
  try {
    const text = given.value(option)
    return text === undefined ? field.fallback : field.parse(field.fromText(text))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`--${option}: ${error.message}`, { cause: error })
  }
}
