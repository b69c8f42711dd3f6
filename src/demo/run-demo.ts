import { once } from 'node:events'

import type { AgentSetup } from '../cli/assemble-agent.ts'
import type { World } from '../cli/command.ts'
import type { Fields } from '../config/fields.ts'
import { withCaFile } from './ca-file.ts'
import { demoChecks } from './demo-checks.ts'
import { runEventLog } from './event-log.ts'
import { openPageNear } from './page-port.ts'
import { runTerminal } from './terminal.ts'
import { nodeNames, zones } from './topology.ts'
import { type DemoWorld, openWorld, type WorldParts } from './world.ts'
import { type SetFault, written } from './written-fault.ts'

export interface DemoParts {
  readonly assemble: WorldParts['assemble']
  readonly build: AgentSetup['build']
  /** The table of settings of every check. */
  readonly tables: Readonly<Record<string, Fields>>
  readonly roundMs: number
  readonly faults: readonly SetFault[]
  /** Undefined takes the usual one, or one near it that is free. */
  readonly port: number | undefined
}

const slotMs = 500
/** As in a real cluster. */
const canaryMs = 30_000

/** The whole demo, until `signal` aborts or somebody quits. */
export async function runDemo(parts: DemoParts, { stdin, stdout, signal }: World): Promise<void> {
  const world = await withCaFile((caFile) =>
    openWorld({
      ...parts,
      checks: demoChecks(parts.tables, { caFile }),
      pace: { roundMs: parts.roundMs, slotMs },
      canaryMs,
      seed: 'demo',
    }),
  )
  try {
    for (const fault of parts.faults) world.faults.set(fault)
    const page = await openPageNear({ ...world, port: parts.port })
    try {
      world.onNews(page.news)
      const url = `http://127.0.0.1:${page.port}/`
      stdout.write(welcome(url, parts))
      await Promise.race([show(world, url, { stdin, stdout, signal }), broken(world)])
    } finally {
      await page.close()
    }
  } finally {
    await world.close()
  }
}

/** Live in a terminal, by lines elsewhere. */
async function show(world: DemoWorld, url: string, io: Pick<World, 'stdin' | 'stdout' | 'signal'>): Promise<void> {
  if (io.stdout.isTTY && io.stdin.isTTY) return runTerminal(io, { world, url })
  const endLog = runEventLog(io, world)
  if (!io.signal.aborted) await once(io.signal, 'abort')
  endLog()
}

function welcome(url: string, { roundMs, faults }: DemoParts): string {
  const broken = faults.length === 0 ? '' : `Broken from the start: ${faults.map(written).join(', ')}\n`
  return `meshprobe demo: ${nodeNames.length} nodes in ${zones.length} zones probe each other every ${roundMs / 1000} s
Look at ${url}
${broken}`
}

/** Only a defect ends an agent before the demo ends. */
async function broken({ done }: DemoWorld): Promise<never> {
  await done
  throw new Error('an agent of the demo has ended by itself')
}
