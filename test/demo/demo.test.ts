import { gunzipSync } from 'node:zlib'

import t from 'tap'

import { assembleAgent } from '../../src/cli/assemble-agent.ts'
import { readRecording } from '../../src/cli/read-recording.ts'
import { settings } from '../../src/cli/settings.ts'
import { withCaFile } from '../../src/demo/ca-file.ts'
import { demoChecks } from '../../src/demo/demo-checks.ts'
import { nodeNames } from '../../src/demo/topology.ts'
import { type DemoWorld, openWorld } from '../../src/demo/world.ts'
import { readFault } from '../../src/demo/written-fault.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { Finding } from '../../src/model/finding.ts'
import { failureRatio, type Matrix } from '../../src/model/matrix.ts'

/** Shorter than an operator may set, so that the test is over soon. */
const pace = { roundMs: 2000, slotMs: 250 }
const timeouts = { timeout: 600 }
const deadlineMs = 60_000
/** A virtual address leads to the broken ones now and then: true, and not what these tests are about. */
const spreading = ['clusterip', 'service_canary', 'nodeport', 'loadbalancer', 'ingress', 'dns_service']

t.test('the demo', async (t) => {
  const world = await withCaFile((caFile) => {
    const defaults = demoChecks(settings.checks, { caFile })
    const checks = Object.fromEntries(
      Object.entries(defaults).map(([check, values]) => [check, { ...values, ...timeouts }]),
    )
    const build = { version: '0', revision: 'test' }
    return openWorld({ assemble: assembleAgent, checks, build, pace, canaryMs: 30_000, seed: 'test' })
  })
  t.teardown(world.close)
  const ever = new Set<string>()
  world.onNews(() => {
    for (const name of named(world)) ever.add(name)
  })
  await settled(world, isFull)
  t.pass('shows every path of every node')

  await t.test('with nothing broken shows no failure', async (t) => {
    await settled(world, (matrices) => failing(matrices).length === 0)
    t.same(failing(world.matrices()), [])
  })

  await t.test('with two DNS replicas that fail external names shows exactly these, from every node', async (t) => {
    const faults = ['dns_replica_external=dns-2', 'dns_replica_external=dns-5'].map(readFault)
    for (const fault of faults) world.faults.set(fault)
    const expected = nodeNames.flatMap((node) => [
      `dns_replica/external ${node}>dns-2`,
      `dns_replica/external ${node}>dns-5`,
    ])
    // With rounds this short the nodes take turns at external names, so not all fail in the same rounds.
    const seen = new Set<string>()
    await settled(world, (matrices) => {
      for (const path of failing(matrices)) seen.add(path)
      return seen.size >= expected.length
    })
    t.same([...seen].toSorted(), expected.toSorted())
    const through = (matrices: readonly Matrix[]) => ratios(matrixOf(matrices, 'dns_service', 'external'))
    await settled(world, (matrices) => through(matrices).some((ratio) => ratio > 0))
    t.ok(through(world.matrices()).length > 0, 'through the virtual address they fail now and then')
    t.ok(ratios(matrixOf(world.matrices(), 'dns_service', 'internal')).every((ratio) => ratio === 0))
    const found = ['dns_replica_external dns-2', 'dns_replica_external dns-5']
    await settled(world, () => same(named(world), found))
    for (const fault of faults) world.faults.heal(fault)
    await settled(world, (matrices) => failing(matrices).length === 0)
  })

  await t.test('with a node cut from the pod network shows its row and column, and all else as fine', async (t) => {
    world.faults.set(readFault('pod_network_cut=node-3'))
    const others = nodeNames.filter((node) => node !== 'node-3')
    const peerChecks = ['peer_http', 'peer_tcp', 'peer_mtu', 'peer_udp', 'peer_udp/fixed']
    const cross = peerChecks.flatMap((check) =>
      others.flatMap((node) => [`${check} ${node}>node-3`, `${check} node-3>${node}`]),
    )
    const isCross = (matrices: readonly Matrix[]) =>
      same(
        failing(matrices).filter((path) => path.startsWith('peer_')),
        cross,
      )
    await settled(world, isCross)
    const matrices = world.matrices()
    t.ok(isCross(matrices))
    t.equal(ratioAt(matrices, 'peer_http', 'node-3', 'node-3'), 0, 'its own loopback')
    const host = matrixOf(matrices, 'host_tcp')
    t.ok(
      [...(host?.cells.get('node-3')?.values() ?? [])].every((cell) => failureRatio(cell) === 0),
      'host path from it',
    )
    t.ok(
      others.some((node) => host?.cells.get(node)?.has('node-3')),
      'somebody asks its host address',
    )
    t.ok(
      others.every((node) => (ratioAt(matrices, 'host_tcp', node, 'node-3') ?? 0) === 0),
      'host path to it',
    )
    for (const server of ['apiserver-1', 'apiserver-2']) {
      t.equal(ratioAt(matrices, 'apiserver_endpoint', 'node-3', server), 0, `${server} from it`)
    }
    await settled(world, () => same(named(world), ['pod_network_cut node-3']))
    world.faults.heal(readFault('pod_network_cut=node-3'))
    await settled(world, (matrices) => failing(matrices).length === 0)
  })

  await t.test('with a node down knows nothing from it', async (t) => {
    world.faults.set(readFault('node_down=node-8'))
    await settled(world, (matrices) => ratioAt(matrices, 'peer_tcp', 'node-1', 'node-8') === 1)
    t.equal(matrixOf(world.matrices(), 'peer_tcp')?.cells.get('node-8'), undefined)
    await settled(world, () => named(world).includes('node_down node-8'))
  })

  await t.test('gives its rounds away, and they are judged alike elsewhere', async (t) => {
    const diagnosis = createDiagnosis()
    let again: readonly Finding[] = []
    const lines = async function* () {
      yield* gunzipSync(await world.archive.rounds())
        .toString()
        .split('\n')
    }
    const told = JSON.parse(JSON.stringify(world.findings()))
    for await (const input of readRecording(lines())) again = diagnosis.observe(input)
    t.same(JSON.parse(JSON.stringify(again)), told)
    t.not(told.length, 0)
  })

  await t.test('accuses nobody else', async (t) => {
    const places = new Set([...ever].map((name) => name.split(' ')[1]))
    t.same([...places].toSorted(), ['dns-2', 'dns-5', 'node-3', 'node-8'], [...ever].join(', '))
  })
})

/** What is open, as `fault entity`; that an agent starves on a busy machine may well be true. */
function named(world: DemoWorld): readonly string[] {
  const open = world.findings().filter(({ state, fault }) => state === 'open' && fault !== 'agent_slow')
  return open.map(({ fault, entity }) => `${fault} ${entity.name}`)
}

/** Resolves when the matrices are as wanted; rejects after the deadline with what fails then. */
function settled(world: DemoWorld, isWanted: (matrices: readonly Matrix[]) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      unfollow()
      const fails = failing(world.matrices()).join(', ')
      reject(new Error(`not within ${deadlineMs} ms; found: ${named(world).join(', ')}; failing: ${fails}`))
    }, deadlineMs)
    const look = () => {
      if (!isWanted(world.matrices())) return
      clearTimeout(timer)
      unfollow()
      resolve()
    }
    const unfollow = world.onNews(look)
    look()
  })
}

/** Every cell in which anything failed but those of virtual addresses, as `check/variant from>to`. */
function failing(matrices: readonly Matrix[]): readonly string[] {
  return matrices
    .filter(({ check }) => !spreading.includes(check))
    .flatMap(({ check, variant, cells }) =>
      [...cells].flatMap(([from, line]) =>
        [...line]
          .filter(([, { failures }]) => failures > 0)
          .map(([to]) => `${check}${variant === undefined ? '' : `/${variant}`} ${from}>${to}`),
      ),
    )
}

function isFull(matrices: readonly Matrix[]): boolean {
  const full = (check: string) => matrixOf(matrices, check)?.cells
  return ['peer_http', 'peer_udp', 'dns_replica', 'apiserver_endpoint', 'ingress_replica'].every((check) => {
    const wanted = matrixOf(matrices, check)?.columns.length ?? 0
    return wanted > 1 && nodeNames.every((node) => (full(check)?.get(node)?.size ?? 0) >= wanted - 1)
  })
}

function matrixOf(matrices: readonly Matrix[], check: string, variant?: string): Matrix | undefined {
  return matrices.find((matrix) => matrix.check === check && (variant === undefined || matrix.variant === variant))
}

function ratioAt(matrices: readonly Matrix[], check: string, from: string, to: string): number | undefined {
  const cell = matrixOf(matrices, check)?.cells.get(from)?.get(to)
  return cell && failureRatio(cell)
}

function ratios(matrix: Matrix | undefined): readonly number[] {
  return [...(matrix?.cells.values() ?? [])].flatMap((line) => [...line.values()].map(failureRatio))
}

function same(found: readonly string[], expected: readonly string[]): boolean {
  return found.length === expected.length && found.every((path) => expected.includes(path))
}
