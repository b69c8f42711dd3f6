import type { MatrixAnswer, MatrixLevel } from '../model/api.ts'
import { type Check, checks } from '../model/check.ts'
import { matrixCsv, matrixText } from '../report/answers/matrix-text.ts'
import type { Command, Given, World } from './command.ts'
import { askMesh, jsonText } from './live/ask-mesh.ts'
import { momentIn } from './live/moment.ts'
import { whereOptions } from './live/where.ts'
import { painterFor } from './paint.ts'
import { UsageError } from './usage-error.ts'

/** For what is no terminal. */
const widthOfFiles = 200

export const matrix: Command = {
  name: 'matrix',
  summary: 'shows who reaches whom: nodes, zones, or nodes and shared targets',
  options: [
    { name: 'zones', doc: 'zones to zones instead of nodes to nodes' },
    { name: 'targets', doc: 'nodes to DNS replicas, Services, API servers and what else all of them ask' },
    { name: 'check', value: 'CHECK', choices: Object.keys(checks), doc: 'this one alone, and all of its cells' },
    { name: 'at', value: 'TIME', doc: 'how it was then: 2026-11-21T17:00:00Z, or 15m for so long ago' },
    { name: 'output', short: 'o', value: 'FORMAT', choices: ['table', 'json', 'csv'], doc: 'table, json or csv' },
    ...whereOptions,
  ],
  takesSettings: false,
  examples: [
    { line: 'matrix', doc: 'the node matrices in which something fails' },
    { line: 'matrix --targets --check dns_replica', doc: 'who reaches which DNS replica' },
    { line: 'matrix --zones --at 2h', doc: 'zones to zones, two hours ago' },
  ],
  run: (given, world) =>
    askMesh(given, world, async (mesh) => {
      const check = given.value('check') as Check | undefined
      const level = levelIn(given, check)
      const atMs = momentIn(given, 'at', mesh.nowMs())
      const query = { level, ...(check !== undefined && { check }), ...(atMs !== undefined && { atMs }) }
      world.stdout.write(written(await mesh.matrix(query), given, world))
      return 'ok'
    }),
}

function written(answer: MatrixAnswer, given: Given, world: World): string {
  const output = given.value('output')
  if (output === 'json') return jsonText(answer)
  if (output === 'csv') return matrixCsv(answer)
  const width = world.stdout.isTTY ? world.stdout.columns : widthOfFiles
  return matrixText(answer, { width, whole: given.has('check') }, painterFor(world))
}

function levelIn(given: Given, check: Check | undefined): MatrixLevel {
  const [zones, targets] = [given.has('zones'), given.has('targets')]
  if (zones && targets) throw new UsageError('expected --zones or --targets, got both')
  const isShared = check === undefined ? targets : checks[check].subject === 'shared'
  if (isShared && zones) throw new UsageError(`--zones: expected a check between peers, got ${check}`)
  if (!isShared && targets) throw new UsageError(`--targets: expected a check of shared targets, got ${check}`)
  return zones ? 'zone' : isShared ? 'target' : 'node'
}
